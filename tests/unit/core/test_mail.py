"""E-mail over a real SMTP server, and into a folder."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.factories.mailbox import PASSWORD, USERNAME, mail_server
from videocall.bootstrap.documents import make_mailer
from videocall.core.mail.message import (
    Attachment,
    Mailbox,
    MailRefused,
    MailUnavailable,
    Message,
    to_mime,
)
from videocall.core.mail.outbox import OutboxMailer
from videocall.core.mail.smtp import Security, SmtpMailer, SmtpServer
from videocall.settings import load

SENDER = Mailbox("billing@shop.example", "The shop")
MESSAGE = Message(
    id="0192f000-0000-7000-8000-000000000001",
    sent_at=datetime(2026, 11, 5, 8, 30, tzinfo=UTC),
    to=Mailbox("ayu@example.com", "Ayu Lestari"),
    subject="Faktur 2026-00012 – lunas",
    text="Halo Ayu,\n\nterima kasih: €5.\n",
    html="<p>Halo Ayu, terima kasih: €5.</p>",
    sender_name="Cendana Learning",
    reply_to=Mailbox("help@shop.example", "Help"),
    language="id",
    attachments=[Attachment("invoice-1.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")],
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    chain, key = folder / "chain.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(key), "-out", str(chain)]
    subprocess.run(command, check=True, capture_output=True)
    return chain, key


def mailer(
    port: int,
    security: Security = "none",
    *,
    password: str = "",
    trusted: Path | None = None,
    timeout: float = 5,
) -> SmtpMailer:
    username = USERNAME if password else ""
    server = SmtpServer("127.0.0.1", port, security, username, password, timeout)
    context = ssl.create_default_context(cafile=str(trusted)) if trusted else None
    return SmtpMailer(server, SENDER, context)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def test_a_message_arrives_as_text_and_html_with_its_attachment() -> None:
    async with mail_server() as box:
        await mailer(box.port).send(MESSAGE)
    (got,) = box.messages
    assert got["Message-ID"] == "<0192f000-0000-7000-8000-000000000001@shop.example>"
    assert got["From"] == "Cendana Learning <billing@shop.example>"
    assert got["To"] == "Ayu Lestari <ayu@example.com>"
    assert got["Reply-To"] == "Help <help@shop.example>"
    assert got["Subject"] == "Faktur 2026-00012 – lunas"
    assert got["Date"] == "Thu, 05 Nov 2026 08:30:00 +0000"
    assert got["Content-Language"] == "id"
    assert body(got, "plain").replace("\r\n", "\n") == MESSAGE.text
    assert body(got, "html").strip() == MESSAGE.html
    (pdf,) = got.iter_attachments()
    assert pdf.get_filename() == "invoice-1.pdf"
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_content() == b"%PDF-1.7 \x00\xff"


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_it_speaks_tls_and_signs_in(
    certificate: tuple[Path, Path], security: Security
) -> None:
    async with mail_server(certificate, implicit_tls=security == "tls", login=True) as box:
        chosen = mailer(box.port, security, password=PASSWORD, trusted=certificate[0])
        await chosen.send(MESSAGE)
    assert len(box.messages) == 1
    assert box.sessions[0].authenticated


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_an_unknown_certificate_is_not_trusted(
    certificate: tuple[Path, Path], security: Security
) -> None:
    async with mail_server(certificate, implicit_tls=security == "tls") as box:
        chosen = mailer(box.port, security)
        with pytest.raises(MailUnavailable):
            await chosen.send(MESSAGE)
    assert box.messages == []


async def test_a_server_without_tls_gets_no_letter_when_tls_is_set() -> None:
    async with mail_server() as box:
        chosen = mailer(box.port, "starttls")
        with pytest.raises(MailUnavailable):
            await chosen.send(MESSAGE)
    assert box.messages == []


async def test_a_wrong_password_waits_for_the_administrator(
    certificate: tuple[Path, Path],
) -> None:
    async with mail_server(certificate, login=True) as box:
        chosen = mailer(box.port, "starttls", password="wrong", trusted=certificate[0])
        with pytest.raises(MailUnavailable, match="535"):
            await chosen.send(MESSAGE)


@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 busy, later", MailUnavailable), ("554 no", MailRefused), ("552 too big", MailRefused)],
)
async def test_a_refused_letter_is_final_or_not_as_the_server_says(
    answer: str, error: type[Exception]
) -> None:
    async with mail_server() as box:
        box.refusals.append(answer)
        with pytest.raises(error):
            await mailer(box.port).send(MESSAGE)


@pytest.mark.parametrize(
    ("answer", "error"), [("450 greylisted", MailUnavailable), ("550 nobody", MailRefused)]
)
async def test_a_refused_address_is_final_or_not_as_the_server_says(
    answer: str, error: type[Exception]
) -> None:
    async with mail_server() as box:
        box.recipient_refusals.append(answer)
        with pytest.raises(error):
            await mailer(box.port).send(MESSAGE)


async def test_a_server_that_is_away_or_silent_is_unavailable() -> None:
    async with mail_server() as box:
        port = box.port
    with pytest.raises(MailUnavailable):
        await mailer(port).send(MESSAGE)

    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    async with silent:
        port = silent.sockets[0].getsockname()[1]
        with pytest.raises(MailUnavailable):
            await mailer(port, timeout=0.2).send(MESSAGE)


def test_line_breaks_in_names_and_subjects_make_no_headers() -> None:
    evil = "x\r\nBcc: everybody@example.com\x00"
    mime = to_mime(
        replace(MESSAGE, subject=evil, to=Mailbox("a@example.com", evil), sender_name=evil), SENDER
    )
    parsed = message_from_bytes(mime.as_bytes(), EmailMessage, policy=policy.default)
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == "x Bcc: everybody@example.com"
    assert parsed["To"].addresses[0].addr_spec == "a@example.com"


def test_lines_of_a_letter_are_short_enough_for_smtp() -> None:
    long = replace(MESSAGE, text="ä" * 5000, html=f"<p>{'x' * 5000}</p>")
    lines = to_mime(long, SENDER).as_bytes().split(b"\r\n")
    assert max(len(line) for line in lines) <= 998  # RFC 5321, 4.5.3.1.6


async def test_without_a_server_letters_are_files(tmp_path: Path) -> None:
    outbox = OutboxMailer(tmp_path / "outbox", SENDER)
    await outbox.send(MESSAGE)
    await outbox.send(replace(MESSAGE, subject="again"))
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == f"{MESSAGE.id}.eml"
    parsed = message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default)
    assert parsed["Subject"] == "again"
    assert (tmp_path / "outbox").stat().st_mode & 0o077 == 0


async def test_the_settings_choose_between_server_and_folder(tmp_path: Path) -> None:
    async with mail_server() as box:
        flags = {
            "mail.host": "127.0.0.1",
            "mail.port": str(box.port),
            "mail.security": "none",
            "mail.sender": "shop@example.com",
        }
        await make_mailer(load(flags, {}, tmp_path).settings).send(MESSAGE)
    assert box.messages[0]["From"].addresses[0].addr_spec == "shop@example.com"
    flags = {"data_dir": str(tmp_path)}
    await make_mailer(load(flags, {}, tmp_path).settings).send(MESSAGE)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


async def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file is in the way")
    with pytest.raises(MailUnavailable):
        await OutboxMailer(tmp_path / "outbox", SENDER).send(MESSAGE)
