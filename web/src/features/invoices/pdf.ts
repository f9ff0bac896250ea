/** Documents as PDF, in either language. */
import type { Locale } from "../../api/types";
import { api, unwrap } from "../../api/client";
import { fileName, saveFile } from "../../shared/download";

interface Document {
  id: string;
  number: string | null;
}

const asBlob = { parseAs: "blob" } as const;

export async function downloadInvoice(invoice: Document, language: Locale): Promise<void> {
  const blob: unknown = await unwrap(
    api.GET("/api/v1/billing/invoices/{invoice_id}/pdf", {
      params: { path: { invoice_id: invoice.id }, query: { language } },
      ...asBlob,
    }),
  );
  saveFile(blob as Blob, fileName(invoice.number ?? "draft", "pdf"));
}

export async function downloadCreditNote(note: Document, language: Locale): Promise<void> {
  const blob: unknown = await unwrap(
    api.GET("/api/v1/billing/credit-notes/{credit_note_id}/pdf", {
      params: { path: { credit_note_id: note.id }, query: { language } },
      ...asBlob,
    }),
  );
  saveFile(blob as Blob, fileName(note.number ?? "credit-note", "pdf"));
}
