/** Starts the page. */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/global.css";
import "./i18n";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { session } from "./api/session";
import { Providers } from "./app/Providers";
import { makeQueries } from "./app/queries";
import { makeRouter } from "./app/router";

const queries = makeQueries(session);
const router = makeRouter({ queries, session });
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <Providers queries={queries}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
