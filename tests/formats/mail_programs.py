"""E-mails in the styles of programs, of invented people."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_TABLE: Final = "YSxiDQoxLDINCg==\n"

_OUTLOOK: Final = f"""\
Received: from AM0PR01MB1234.eurprd01.prod.exchangelabs.com (2603:10a6:208:12::22)
 by AM0PR01MB5678.eurprd01.prod.exchangelabs.com with HTTPS; Tue, 4 Mar 2025
 10:00:00 +0000
From: "Roe, Ann" <ann.roe@clinic.example>
To: "Doe, Jane" <jane@home.example>, =?iso-8859-1?Q?M=FCller=2C_Zo=EB?= <zm@home.example>
Subject: =?iso-8859-1?Q?Report_Jane_Doe_=28M=FCller=29?=
Thread-Topic: =?iso-8859-1?Q?Report_Jane_Doe?=
Thread-Index: AdPl0Q2AbCdEf==
Date: Tue, 4 Mar 2025 10:00:00 +0000
Message-ID: <AM0PR01MB1234ABCDEF@AM0PR01MB1234.eurprd01.prod.exchangelabs.com>
Accept-Language: en-US, de-DE
Content-Language: en-US
X-MS-Has-Attach: yes
X-MS-TNEF-Correlator:
x-originating-ip: [10.1.1.1]
Content-Type: multipart/mixed;
	boundary="_004_AM0PR01MB1234ABCDEFAM0PR01MB1234eurp_"
MIME-Version: 1.0

--_004_AM0PR01MB1234ABCDEFAM0PR01MB1234eurp_
Content-Type: multipart/alternative;
	boundary="_000_AM0PR01MB1234ABCDEFAM0PR01MB1234eurp_"

--_000_AM0PR01MB1234ABCDEFAM0PR01MB1234eurp_
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Dear Jane Doe,

seen by Dr. M=FCller.

--_000_AM0PR01MB1234ABCDEFAM0PR01MB1234eurp_
Content-Type: text/html; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

<html xmlns:v=3D"urn:schemas-microsoft-com:vml" xmlns:o=3D"urn:schemas-micr=
osoft-com:office:office" xmlns=3D"http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv=3D"Content-Type" content=3D"text/html; charset=3Dutf-8">
<meta name=3D"Generator" content=3D"Microsoft Word 15 (filtered medium)">
<style><!--
p.MsoNormal, li.MsoNormal, div.MsoNormal
	{{margin:0cm;
	font-family:"Aptos",sans-serif;
	mso-ligatures:standardcontextual;}}
div.WordSection1
	{{page:WordSection1;}}
--></style><!--[if gte mso 9]><xml>
<o:shapedefaults v:ext=3D"edit" spidmax=3D"1026" />
</xml><![endif]-->
</head>
<body lang=3D"EN-US" link=3D"#467886" style=3D"word-wrap:break-word">
<div class=3D"WordSection1">
<p class=3D"MsoNormal">Dear Jane Doe,<o:p></o:p></p>
<p class=3D"MsoNormal">seen by Dr. M=FCller.<o:p>&nbsp;</o:p></p>
</div>
</body>
</html>

--_000_AM0PR01MB1234ABCDEFAM0PR01MB1234eurp_--

--_004_AM0PR01MB1234ABCDEFAM0PR01MB1234eurp_
Content-Type: text/csv; name="=?iso-8859-1?Q?Jane_Doe_M=FCller.csv?="
Content-Description: =?iso-8859-1?Q?Jane_Doe_M=FCller.csv?=
Content-Disposition: attachment;
	filename="=?iso-8859-1?Q?Jane_Doe_M=FCller.csv?="; size=13;
	creation-date="Tue, 04 Mar 2025 09:59:00 GMT";
	modification-date="Tue, 04 Mar 2025 09:59:00 GMT"
Content-Transfer-Encoding: base64

{_TABLE}
--_004_AM0PR01MB1234ABCDEFAM0PR01MB1234eurp_--
"""

_GMAIL: Final = f"""\
MIME-Version: 1.0
Date: Tue, 4 Mar 2025 10:00:00 +0100
Message-ID: <CAAbcDEFghiJKLmnoPQRstuVWxyz0123456789+abcDEF=gh@mail.example>
Subject: =?UTF-8?Q?Report_Jane_Doe_=E2=80=93_M=C3=BCller?=
From: Ann Roe <ann.roe@mail.example>
To: =?UTF-8?B?Wm/DqyBNw7xsbGVy?= <zm@home.example>
Content-Type: multipart/mixed; boundary="000000000000a1b2c3062f8d9e0f"

--000000000000a1b2c3062f8d9e0f
Content-Type: multipart/alternative; boundary="000000000000a1b2c1062f8d9e0d"

--000000000000a1b2c1062f8d9e0d
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

Dear Jane Doe, =E2=80=93 M=C3=BCller.

--000000000000a1b2c1062f8d9e0d
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

<div dir=3D"ltr">Dear Jane Doe, =E2=80=93 M=C3=BCller.<br><div class=3D"gma=
il_quote gmail_quote_container"><div dir=3D"ltr" class=3D"gmail_attr">Jane =
Doe &lt;<a href=3D"mailto:jane@home.example">jane@home.example</a>&gt; wrot=
e:<br></div><blockquote class=3D"gmail_quote" style=3D"margin:0px 0px 0px 0=
.8ex;border-left:1px solid rgb(204,204,204)">Hello</blockquote></div></div>

--000000000000a1b2c1062f8d9e0d--
--000000000000a1b2c3062f8d9e0f
Content-Type: text/csv; charset="UTF-8"; name="=?UTF-8?Q?M=C3=BCller_Jane_Doe=2Ecsv?="
Content-Disposition: attachment;
	filename="=?UTF-8?Q?M=C3=BCller_Jane_Doe=2Ecsv?="
Content-Transfer-Encoding: base64
Content-ID: <f_m7u5abcd2>
X-Attachment-Id: f_m7u5abcd2

{_TABLE}--000000000000a1b2c3062f8d9e0f--
"""

_APPLE: Final = f"""\
From: Ann Roe <ann.roe@mail.example>
Content-Type: multipart/mixed;
	boundary="Apple-Mail=_0A1B2C3D-4E5F-6789-ABCD-EF0123456789"
Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3826.400.131.1.6\\))
Subject: Report Jane Doe
X-Universally-Unique-Identifier: 0A1B2C3D-4E5F-6789-ABCD-EF0123456780
Message-Id: <0A1B2C3D-4E5F-6789-ABCD-EF0123456781@mail.example>
Date: Tue, 4 Mar 2025 10:00:00 +0100
To: =?utf-8?Q?Zo=C3=AB_M=C3=BCller?= <zm@home.example>
X-Mailer: Apple Mail (2.3826.400.131.1.6)


--Apple-Mail=_0A1B2C3D-4E5F-6789-ABCD-EF0123456789
Content-Transfer-Encoding: quoted-printable
Content-Type: text/plain;
	charset=utf-8

Dear Jane Doe, M=C3=BCller,


--Apple-Mail=_0A1B2C3D-4E5F-6789-ABCD-EF0123456789
Content-Disposition: attachment;
	filename*=utf-8''M%C3%BCller%20Jane%20Doe.csv
Content-Type: text/csv;
	x-unix-mode=0644;
	name="=?utf-8?Q?M=C3=BCller_Jane_Doe=2Ecsv?="
Content-Transfer-Encoding: base64

{_TABLE}
--Apple-Mail=_0A1B2C3D-4E5F-6789-ABCD-EF0123456789
Content-Transfer-Encoding: 7bit
Content-Type: text/html;
	charset=us-ascii

<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head>\
<body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: \
after-white-space;"><br><div dir="auto">Ann</div></body></html>
--Apple-Mail=_0A1B2C3D-4E5F-6789-ABCD-EF0123456789--
"""

_THUNDERBIRD: Final = f"""\
Message-ID: <0a1b2c3d-4e5f-6789-abcd-ef0123456789@clinic.example>
Date: Tue, 4 Mar 2025 10:00:00 +0100
MIME-Version: 1.0
User-Agent: Mozilla Thunderbird
Content-Language: en-US, de-DE
To: =?UTF-8?Q?Zo=C3=AB_M=C3=BCller?= <zm@home.example>
From: Ann Roe <ann.roe@clinic.example>
Autocrypt: addr=ann.roe@clinic.example; keydata=
 xsBNBFabc
Subject: Report Jane Doe
Content-Type: multipart/mixed; boundary="------------a1B2c3D4e5F6g7H8i9J0k1L2"

This is a multi-part message in MIME format.
--------------a1B2c3D4e5F6g7H8i9J0k1L2
Content-Type: text/html; charset=UTF-8
Content-Transfer-Encoding: 8bit

<!DOCTYPE html>
<html>
  <head>
    <meta http-equiv="content-type" content="text/html; charset=windows-1252">
  </head>
  <body>
    <p>Dear Jane Doe, Müller<br>
    </p>
    <div class="moz-cite-prefix">On 04.03.25 09:00, Jane Doe wrote:<br></div>
    <blockquote type="cite"><pre class="moz-quote-pre" wrap="">Hi</pre></blockquote>
    <div class="moz-signature">-- <br>Ann</div>
  </body>
</html>

--------------a1B2c3D4e5F6g7H8i9J0k1L2
Content-Type: text/csv; charset=UTF-8;
 name="=?UTF-8?Q?M=C3=BCller_Jane_Doe_and_more_and_more_and_more=2Ecsv?="
Content-Disposition: attachment;
 filename*0*=UTF-8''%4D%C3%BC%6C%6C%65%72%20%4A%61%6E%65%20%44;
 filename*1*=%6F%65%20%61%6E%64%20%6D%6F%72%65%2E%63%73%76
Content-Transfer-Encoding: base64

{_TABLE}
--------------a1B2c3D4e5F6g7H8i9J0k1L2--
"""

_ROUNDCUBE: Final = f"""\
MIME-Version: 1.0
From: Ann Roe <ann.roe@clinic.example>
To: zm@home.example
Subject: Report Jane Doe
Date: Tue, 4 Mar 2025 10:00:00 +0100
User-Agent: Roundcube Webmail/1.6.9
X-Priority: 3
Content-Type: multipart/mixed; boundary="=_0a1b2c3d"

--=_0a1b2c3d
Content-Transfer-Encoding: 8bit
Content-Type: text/plain; charset=UTF-8;
 format=flowed

Dear Jane Doe, Müller
--=_0a1b2c3d
Content-Transfer-Encoding: base64
Content-Type: text/csv;
 name*=UTF-8''M%C3%BCller%20Jane%20Doe.csv;
 name="=?UTF-8?Q?M=C3=BCller_Jane_Doe=2Ecsv?="
Content-Disposition: attachment;
 filename="Muller Jane Doe.csv";
 filename*=UTF-8''M%C3%BCller%20Jane%20Doe.csv;
 size=13

{_TABLE}
--=_0a1b2c3d--
"""

PROGRAMS: Final = MappingProxyType(
    {
        "outlook": _OUTLOOK,
        "gmail": _GMAIL,
        "apple mail": _APPLE,
        "thunderbird": _THUNDERBIRD,
        "roundcube": _ROUNDCUBE,
    }
)
"""E-mails by the program that they look like; each is about Jane Doe and one called Müller."""
