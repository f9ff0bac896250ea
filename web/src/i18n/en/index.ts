/** All English texts; the other languages are typed by these. */
import { account } from "./account";
import { call } from "./call";
import { common } from "./common";
import { errors } from "./errors";
import { prejoin } from "./prejoin";
import { people, rooms } from "./rooms";

export const en = { common, account, rooms, people, prejoin, call, errors };
