/** The names the features use for the shapes of the HTTP API; the only file that knows the schema's own names. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type User = Schemas["UserBody"];
export type Role = User["role"];
export type Locale = User["locale"];
export type Tokens = Schemas["Tokens"];
export type Room = Schemas["RoomBody"];
export type RoomPolicy = Room["policy"];
export type RoomStatus = Room["status"];
export type Join = Schemas["JoinAnswer"];

/** A list the server gives in pieces. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}
