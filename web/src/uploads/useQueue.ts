import { useSyncExternalStore } from "react";
import type { Id } from "../api/types.ts";
import { type QueueItem, uploadQueue } from "./queue.ts";

const subscribe = (listener: () => void) => uploadQueue.subscribe(listener);

export const useQueue = (): readonly QueueItem[] => useSyncExternalStore(subscribe, () => uploadQueue.items);

export function useQueueOf(uploadId: Id): readonly QueueItem[] {
  return useQueue().filter((item) => item.uploadId === uploadId);
}
