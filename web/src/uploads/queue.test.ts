import { describe, expect, it } from "vitest";
import { type Reports, type Sender, type Store, UploadQueue } from "./queue.ts";
import type { StoredFile } from "./storage.ts";

const upload = { id: "asi-14", project_id: "harbor-tower", files_url: "/files" };
const pdf = (name: string, size = 10) => new File([new Uint8Array(size)], name, { lastModified: 1 });

function bench() {
  const running = new Map<string, Reports>();
  const stopped: string[] = [];
  const kept = new Map<string, StoredFile>();
  const send: Sender = (stored, reports) => {
    running.set(stored.file.name, reports);
    return { stop: () => stopped.push(stored.file.name) };
  };
  const store: Store = {
    put: async (stored) => void kept.set(stored.key, stored),
    drop: async (key) => void kept.delete(key),
    all: async () => [...kept.values()],
  };
  const queue = new UploadQueue(send, store, () => 0);
  const states = () => Object.fromEntries(queue.items.map((item) => [item.name, item.state]));
  const reports = (name: string): Reports => {
    const found = running.get(name);
    if (!found) throw new Error(`${name} was not started`);
    return found;
  };
  return { queue, running, stopped, kept, states, reports, send, store };
}

describe("UploadQueue", () => {
  it("sends two at a time, in order, and starts the next when one is done", () => {
    const { queue, states, reports } = bench();
    queue.add(upload, [pdf("A.pdf"), pdf("E.pdf"), pdf("S.pdf")]);
    expect(states()).toEqual({ "A.pdf": "sending", "E.pdf": "sending", "S.pdf": "queued" });
    reports("A.pdf").done();
    expect(states()).toEqual({ "A.pdf": "sent", "E.pdf": "sending", "S.pdf": "sending" });
  });

  it("goes on with the others when one fails, and tries the failed one again when asked", () => {
    const { queue, states, reports } = bench();
    queue.add(upload, [pdf("A.pdf"), pdf("E.pdf"), pdf("S.pdf")]);
    reports("A.pdf").failed("The disk is full.");
    expect(states()).toMatchObject({ "A.pdf": "failed", "S.pdf": "sending" });
    expect(queue.items[0]?.error).toBe("The disk is full.");
    reports("E.pdf").done();
    queue.retry(queue.items[0]?.key ?? "");
    expect(states()).toMatchObject({ "A.pdf": "sending" });
    expect(queue.items[0]?.error).toBeNull();
  });

  it("does not send the same file twice", () => {
    const { queue } = bench();
    queue.add(upload, [pdf("A.pdf")]);
    queue.add(upload, [pdf("A.pdf")]);
    expect(queue.items).toHaveLength(1);
    queue.add(upload, [pdf("A.pdf", 11)]);
    expect(queue.items).toHaveLength(2);
  });

  it("shows a lost line and carries on from where it was", () => {
    const { queue, states, reports } = bench();
    queue.add(upload, [pdf("A.pdf")]);
    reports("A.pdf").progress(4);
    reports("A.pdf").interrupted();
    expect(states()).toEqual({ "A.pdf": "waiting_for_line" });
    reports("A.pdf").progress(6);
    expect(states()).toEqual({ "A.pdf": "sending" });
    expect(queue.items[0]?.sent).toBe(6);
  });

  it("takes up after a reload what was left, with the address the server gave", async () => {
    const first = bench();
    first.queue.add(upload, [pdf("A.pdf"), pdf("E.pdf")]);
    first.reports("A.pdf").url("/files/7");
    first.reports("E.pdf").done();
    expect([...first.kept.values()].map((stored) => stored.url)).toEqual(["/files/7"]);

    const seen: (string | null)[] = [];
    const again = new UploadQueue(
      (stored) => {
        seen.push(stored.url);
        return { stop: () => {} };
      },
      first.store,
      () => 0,
    );
    await again.restore();
    await again.restore();
    expect(seen).toEqual(["/files/7"]);
    expect(again.items.map((item) => item.name)).toEqual(["A.pdf"]);
  });

  it("stops, forgets and moves on when a file is taken out", () => {
    const { queue, stopped, kept, states } = bench();
    queue.add(upload, [pdf("A.pdf"), pdf("E.pdf"), pdf("S.pdf")]);
    queue.remove(queue.items[0]?.key ?? "");
    expect(stopped).toEqual(["A.pdf"]);
    expect(states()).toEqual({ "E.pdf": "sending", "S.pdf": "sending" });
    expect([...kept.values()].map((stored) => stored.file.name)).toEqual(["E.pdf", "S.pdf"]);
  });

  it("tells its listeners, with a new list each time", () => {
    const { queue, reports } = bench();
    let told = 0;
    const stop = queue.subscribe(() => {
      told += 1;
    });
    queue.add(upload, [pdf("A.pdf")]);
    const before = queue.items;
    const heard = told;
    reports("A.pdf").progress(1);
    expect(told).toBe(heard + 1);
    expect(queue.items).not.toBe(before);
    stop();
    reports("A.pdf").progress(2);
    expect(told).toBe(heard + 1);
  });
});
