"""The fields of headers: what each holds, and what becomes of it (pure).

The names are those of the registry of message headers (RFC 4021) and of common programs.
"""

from __future__ import annotations

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from deid.labels import Label


class Holds(StrEnum):
    """What a field holds."""

    ADDRESSES = "addresses"
    DATE = "date"
    IDS = "ids"
    TEXT = "text"
    TYPE = "type"
    CONTENT_ID = "content id"
    TRACE = "trace"
    """What servers wrote on the way, and signatures, which do not come back."""
    UNKNOWN = "unknown"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ADDRESSES: Final = _set(
    "from to cc bcc sender reply-to resent-from resent-to resent-cc resent-bcc resent-sender "
    "resent-reply-to return-path delivered-to envelope-to x-original-to x-envelope-from "
    "x-envelope-to errors-to disposition-notification-to return-receipt-to apparently-to "
    "mail-followup-to mail-reply-to original-recipient original-from x-sender x-apparently-to "
    "x-forwarded-to x-forwarded-for x-rcpt-to x-receipt-to x-confirm-reading-to x-bcc x-from x-to "
    "abuse-reports-to x-complaints-to x-report-abuse-to"
)
_DATES: Final = _set(
    "date resent-date delivery-date expires expiry-date deferred-delivery reply-by "
    "original-date x-original-date posted-date latest-delivery-time x-delivered-date"
)
_IDS: Final = _set(
    "message-id in-reply-to references resent-message-id original-message-id supersedes "
    "x-original-message-id obsoletes x-forwarded-message-id"
)
_TEXTS: Final = _set(
    "subject comments keywords thread-topic organization organisation list-id list-help "
    "list-unsubscribe list-subscribe list-post list-owner list-archive list-unsubscribe-post "
    "content-description content-location content-base content-language content-transfer-encoding "
    "mime-version x-mailer user-agent importance priority sensitivity x-priority x-msmail-priority "
    "auto-submitted precedence accept-language x-mimeole x-auto-response-suppress content-class "
    "x-loop x-mailer-version encoding x-unsent x-accept-language content-features "
    "x-apple-mail-remote-attachments content-length lines status x-status x-keywords "
    "x-mozilla-status x-mozilla-status2 x-mozilla-keys x-uid x-identity-key x-account-key "
    "conversion x-attachment-id x-universally-unique-identifier"
)
_TRACE: Final = re.compile(
    r"received|x-received|received-spf|authentication-results|x-authentication-results|dkim-signature"
    r"|domainkey-signature|arc-.*|x-google-.*|x-gm-.*|x-ms-.*|x-microsoft-.*|x-forefront-.*"
    r"|x-exchange-.*|x-proofpoint-.*|x-mimecast-.*|x-barracuda-.*|x-ironport-.*|x-spam-.*|x-virus-.*"
    r"|x-sophos-.*|x-antispam-.*|x-amp-.*|x-ses-.*|x-sg-.*|x-mailgun-.*|x-yahoo-.*|x-aol-.*"
    r"|x-eopattributedmessage|x-eoptenantattributedmessage|x-originating-ip|x-originatororg"
    r"|x-sender-ip|x-client-ip|x-remote-ip|x-tmn|thread-index|autocrypt.*|openpgp|x-face|face"
    r"|feedback-id|x-feedback-id|x-cloud-.*|x-provags-id|x-ui-.*|x-brightmail-tracker|x-cse-.*"
    r"|x-originalarrivaltime|x-auditid|x-greylist|x-bess-.*|x-proxyuser-ip|bimi-.*|x-vs-.*"
    r"|x-incomingheadercount|x-incomingtopheadermarker|x-rspamd-.*|x-smtp.*|x-zohomail.*|x-crosspremises.*"
    r"|x-organizationheaderspreserved|x-tm-.*|x-mdid.*|x-mc-.*|x-ppe-.*|msip_labels|x-ld-processed|content-md5"
)
_LABELS: Final = MappingProxyType(
    {"organization": Label.ORGANIZATION, "organisation": Label.ORGANIZATION}
)
_CLOSED: Final = MappingProxyType(
    {
        "mime-version": r"1\.0(?:\s*\((?:Mac OS X Mail|Apple Message framework) v?[\d.]{1,10}"
        r"(?:\s*\\\([\d.]{1,16}\\\))?\))?",
        "content-transfer-encoding": r"7bit|8bit|binary|base64|quoted-printable",
        "content-language": r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?(?:,\s*[a-z]{2,3}(?:-[A-Za-z]{2})?)*",
        "accept-language": r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?(?:[,;]\s*[a-z0-9.=*-]{1,8})*",
        "importance": "low|normal|high",
        "priority": "urgent|normal|non-urgent",
        "sensitivity": "personal|private|company-confidential|normal",
        "x-priority": r"[1-5](?:\s*\((?:highest|high|normal|low|lowest)\))?",
        "x-msmail-priority": "high|normal|low",
        "auto-submitted": "no|auto-generated|auto-replied",
        "precedence": "bulk|list|junk|first-class",
        "list-unsubscribe-post": "list-unsubscribe=one-click",
        "x-unsent": "[01]",
        "content-length": r"\d{1,9}",
        "lines": r"\d{1,6}",
        "status": "[ROUD]{1,4}",
        "x-status": "[RAFDTO]{0,5}",
        "x-mailer": r"Microsoft Outlook(?: Express)?(?: [\d.]{1,16})?|Apple Mail \([\d.]{1,14}\)"
        r"|iPhone Mail \([0-9A-Z]{4,8}\)|iPad Mail \([0-9A-Z]{4,8}\)",
        "user-agent": r"Mozilla Thunderbird|Mozilla/5\.0 \([A-Za-z0-9_ ;.:]{0,60}\)"
        r" Gecko/20\d{6} Thunderbird/[\d.]{1,10}",
        "content-class": "urn:content-classes:(?:message|calendarmessage|appointment|task)",
        "x-mimeole": r"Produced By Microsoft (?:MimeOLE|Exchange) V[\d.]{1,16}",
        "x-auto-response-suppress": r"(?:All|DR|RN|NRN|OOF|AutoReply|None)"
        r"(?:,\s*(?:DR|RN|NRN|OOF|AutoReply))*",
    }
)


def holds(name: str) -> Holds:
    """What a field of this name, in lower case, holds."""
    if name in ("content-type", "content-disposition"):
        return Holds.TYPE
    if name == "content-id":
        return Holds.CONTENT_ID
    for names, what in (
        (_ADDRESSES, Holds.ADDRESSES),
        (_DATES, Holds.DATE),
        (_IDS, Holds.IDS),
        (_TEXTS, Holds.TEXT),
    ):
        if name in names:
            return what
    return Holds.TRACE if _TRACE.fullmatch(name) else Holds.UNKNOWN


def label_of(name: str) -> Label | None:
    """What the text of a field is known to hold."""
    return _LABELS.get(name)


def is_closed(name: str, value: str) -> bool:
    """Whether a field has one of the values that programs give it."""
    pattern = _CLOSED.get(name)
    return pattern is not None and re.fullmatch(pattern, value.strip(), re.IGNORECASE) is not None
