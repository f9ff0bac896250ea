"""Wires PDFs, letters and the way that e-mail takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from videocall.billing.adapters.typst_pdf import TypstRenderer
from videocall.billing.controller.documents import CONTROLLERS
from videocall.billing.interfaces.documents import DocumentMail
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.document_views import DocumentViewService
from videocall.billing.service.documents import DocumentService
from videocall.billing.service.letters import LetterComposer
from videocall.billing.service.outbox import LetterOutbox
from videocall.bootstrap.parts import Part, Sources
from videocall.core.db.work import SqlUnits
from videocall.core.jobs import Job
from videocall.core.mail.message import Mailbox, Mailer
from videocall.core.mail.outbox import OutboxMailer
from videocall.core.mail.smtp import SmtpMailer, SmtpServer
from videocall.settings import Settings
from videocall.users.interfaces import UserDirectory

_LOCAL_SENDER = "videocall@localhost"


@dataclass(frozen=True, slots=True)
class DocumentsWiring:
    """Where other parts of billing leave their letters, and what the application runs."""

    mail: DocumentMail
    part: Part


def wire_documents(
    settings: Settings,
    sources: Sources,
    units: SqlUnits[SqlBillingWork],
    people: UserDirectory,
) -> DocumentsWiring:
    """PDFs by typst; letters by SMTP, or into a folder where no server is set."""
    views = DocumentViewService(units, people)
    pdfs = TypstRenderer()
    mailer = make_mailer(settings)
    composer = LetterComposer(views, pdfs, people, settings.base_url)
    outbox = LetterOutbox(units, composer, mailer, sources.ids, sources.clock)

    async def close() -> None:
        await pdfs.aclose()
        await mailer.aclose()

    part = Part(
        CONTROLLERS,
        {"documents": DocumentService(views, pdfs)},
        (Job("send letters", 5.0, outbox.send_due),),
        close=close,
    )
    return DocumentsWiring(outbox, part)


def make_mailer(settings: Settings) -> Mailer:
    """What the settings say."""
    mail = settings.mail
    sender = Mailbox(mail.sender or _LOCAL_SENDER)
    if not mail.host:
        return OutboxMailer(Path(settings.data_dir) / "outbox", sender)
    server = SmtpServer(
        mail.host, mail.port, mail.security, mail.username, mail.password, mail.timeout_seconds
    )
    return SmtpMailer(server, sender)
