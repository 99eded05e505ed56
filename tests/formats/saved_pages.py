"""A page of a hospital's portal as browsers save it, of an invented person."""

from __future__ import annotations

from typing import Final

PORTAL: Final = r"""<!DOCTYPE html>
<!-- saved from url=(0045)https://portal.clinic.example/results -->
<html lang="en" class="js no-touch" data-bs-theme="light"><head>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1, shrink-to-fit=no">
<meta name="csrf-token" content="abc">
<title>Results – Jane Doe</title>
<link rel="stylesheet" href="./portal_files/bootstrap.min.css" crossorigin="anonymous"
  integrity="sha384-QWTKZyjpPEjISv5WaRU9OFeRpok6YctnYmDr5pNlyT2bRjXh0JMhjY6hW+ALEwIH">
<link rel="icon" type="image/png" sizes="32x32" href="https://portal.clinic.example/a.png">
<link rel="preload" as="font" href="x.woff2" fetchpriority="high">
<style>
  :root { --bs-blue: #0d6efd; --bs-font-sans-serif: system-ui, -apple-system, "Segoe UI"; }
  @media (min-width: 768px) { .col-md-6 { flex: 0 0 auto; width: 50%; } }
  .btn-close { background: transparent url("data:image/svg+xml,%3csvg width='9'%3e%3c/svg%3e") }
  .fa-user::before { content: "\f007"; }
  li::before { content: "\2022"; }
</style>
<script async="" src="./portal_files/gtm.js.download"></script>
<script type="application/ld+json">{"@context":"https://schema.org","name":"Results"}</script>
<script>
  window.dataLayer = window.dataLayer || [];
  function gtag(){dataLayer.push(arguments);}
  if (a < b && c > d) { document.write('<p>x<\/p>'); }
</script>
<base href="."></head>
<body class="d-flex flex-column h-100" data-new-gr-c-s-check-loaded="14.1"
  data-gr-ext-installed="">
<noscript><iframe src="https://www.tags.example/ns.html" height="0" width="0"
  style="display:none;visibility:hidden"></iframe></noscript>
<nav class="navbar navbar-expand-lg bg-body-tertiary" role="navigation" aria-label="Main">
<button class="navbar-toggler" type="button" data-bs-toggle="collapse" data-bs-target="#nav"
  aria-controls="nav" aria-expanded="false"><span class="icon"></span></button></nav>
<main class="container" id="app" data-v-app=""><div data-v-7ba5bd90="" class="card">
<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" fill="currentColor"
  class="bi bi-person" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
  <path fill-rule="evenodd" d="M8 8a3 3 0 1 0 0-6"></path></svg>
<table class="table"><thead><tr><th scope="col">Test</th><th>Value</th></tr></thead>
<tbody><tr><td>Hb</td><td>13.1</td></tr></tbody></table>
<form action="https://portal.clinic.example/x" method="post"><input type="hidden"
  name="authenticity_token" value="x" autocomplete="off"><select name="s">
  <option selected="selected" value="1">a</option></select></form>
<img src="./portal_files/logo.png" srcset="./portal_files/logo.png 1x, ./b.png 2x"
  alt="Logo" loading="lazy" decoding="async">
<video controls playsinline><source src="a.mp4" type="video/mp4"></video>
</div></main>
<footer>&copy; 2025</footer>
</body></html>
"""
"""A page with its files beside it, made with a usual framework."""
