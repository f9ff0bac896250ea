/** Rooms as the server knows them, and the commands on them. */
import {
  useInfiniteQuery,
  useMutation,
  useQueryClient,
  type InfiniteData,
} from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { Room, RoomPolicy, RoomStatus } from "../../api/types";

interface RoomPage {
  items: Room[];
  next_cursor: string | null;
}

const PAGE = 25;
/** How often the list asks again who is in a call, in milliseconds. */
const LIVE_MS = 5000;

export const roomsKey = (status: RoomStatus) => ["rooms", status] as const;
export const roomKey = (id: string) => ["room", id] as const;

export function useRooms(status: RoomStatus) {
  return useInfiniteQuery({
    queryKey: roomsKey(status),
    queryFn: ({ pageParam }): Promise<RoomPage> =>
      unwrap(
        api.GET("/api/v1/calls/rooms", {
          params: { query: { status, limit: PAGE, cursor: pageParam ?? undefined } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: status === "open" ? LIVE_MS : false,
  });
}

export const roomQuery = (id: string) => ({
  queryKey: roomKey(id),
  queryFn: (): Promise<Room> =>
    unwrap(api.GET("/api/v1/calls/rooms/{room_id}", { params: { path: { room_id: id } } })),
});

export interface RoomDraft {
  name: string;
  policy: RoomPolicy;
  invited: string[];
}

export function useSaveRoom(existing: Room | null) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: RoomDraft): Promise<Room> =>
      existing === null
        ? unwrap(api.POST("/api/v1/calls/rooms", { body: draft }))
        : unwrap(
            api.PATCH("/api/v1/calls/rooms/{room_id}", {
              params: { path: { room_id: existing.id } },
              body: draft,
            }),
          ),
    onSuccess: (room) => {
      queries.setQueryData(roomKey(room.id), room);
      return queries.invalidateQueries({ queryKey: roomsKey("open") });
    },
  });
}

type Pages = InfiniteData<RoomPage, string | null>;

/** Ends a room; it leaves the list at once and comes back if the server refuses. */
export function useEndRoom() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (room: Room) =>
      unwrap(
        api.DELETE("/api/v1/calls/rooms/{room_id}", { params: { path: { room_id: room.id } } }),
      ),
    onMutate: async (room) => {
      await queries.cancelQueries({ queryKey: roomsKey("open") });
      const before = queries.getQueryData<Pages>(roomsKey("open"));
      queries.setQueryData<Pages>(roomsKey("open"), (pages) => pages && without(pages, room.id));
      return { before };
    },
    onError: (_error, _room, context) => {
      queries.setQueryData(roomsKey("open"), context?.before);
    },
    onSettled: (_data, _error, room) => {
      void queries.invalidateQueries({ queryKey: roomKey(room.id) });
      return queries.invalidateQueries({ queryKey: ["rooms"] });
    },
  });
}

function without(pages: Pages, id: string): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.filter((room) => room.id !== id),
    })),
  };
}
