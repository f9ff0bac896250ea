/** All Indonesian texts. */
import type { Texts } from "../texts";
import { account } from "./account";
import { call } from "./call";
import { common } from "./common";
import { errors } from "./errors";
import { prejoin } from "./prejoin";
import { people, rooms } from "./rooms";

export const id: Texts = { common, account, rooms, people, prejoin, call, errors };
