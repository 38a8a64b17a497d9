import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import * as api from "../../api/endpoints.ts";
import { topicKey } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { Blank, ProblemView, SkeletonRows } from "../../components/feedback.tsx";
import { Page } from "../../components/Page.tsx";
import { NotificationLine } from "../../components/Shell.tsx";
import { tellProblem } from "../../components/toasts.tsx";

export function NotificationsPage() {
  const { t } = useLingui();
  const client = useQueryClient();
  const list = useInfiniteQuery({
    queryKey: topicKey("notifications", "all"),
    queryFn: ({ pageParam }) => api.notifications.list(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const read = useMutation({
    mutationFn: api.notifications.markRead,
    onSuccess: () => client.invalidateQueries({ queryKey: topicKey("notifications") }),
    onError: tellProblem,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = list.data?.pages[0]?.unread ?? 0;
  return (
    <Page
      narrow
      windowTitle={t`Notifications`}
      title={<Trans>Notifications</Trans>}
      actions={
        unread > 0 ? (
          <Button onPress={() => read.mutate({ all: true })}>
            <Trans>Mark all as read</Trans>
          </Button>
        ) : null
      }
    >
      {list.isError && !list.data ? (
        <ProblemView error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <Blank icon="bell" title={<Trans>Nothing yet</Trans>}>
          <Trans>Requests, connections and new sheets appear here.</Trans>
        </Blank>
      ) : (
        <>
          <ul className="card list">
            {items.map((item) => (
              <li key={item.id}>
                <NotificationLine
                  item={item}
                  onOpen={() => {
                    if (!item.read_at) read.mutate({ ids: [item.id] });
                  }}
                  onRead={() => read.mutate({ ids: [item.id] })}
                />
              </li>
            ))}
          </ul>
          {list.hasNextPage ? (
            <div className="row end">
              <Button onPress={() => void list.fetchNextPage()} pending={list.isFetchingNextPage}>
                <Trans>Show older ones</Trans>
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Page>
  );
}
