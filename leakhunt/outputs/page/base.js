"use strict";
const REPORT = JSON.parse(document.getElementById("data").textContent);
const SEVERITIES = ["critical", "high", "medium", "low", "info"];
const RANK = Object.fromEntries(SEVERITIES.map((name, at) => [name, SEVERITIES.length - at]));
const STATES = ["active", "unknown", "unchecked", "inactive"];
const STATE_TONES = { active: "var(--critical)", unknown: "var(--medium)", unchecked: "var(--gone)", inactive: "var(--ok)" };
const byId = (id) => document.getElementById(id);
const WEBS = Object.fromEntries((REPORT.report.repositories || []).map((one) => [one.name, one.web || ""]));
const number = new Intl.NumberFormat("en");

/* The folder that all repositories lie in: it is told once, and left out of their names. */
function shared(names) {
  const first = names.length > 1 ? names[0] : "";
  let end = first.lastIndexOf("/") + 1;
  while (end > 1 && !names.every((name) => name.startsWith(first.slice(0, end)))) end = first.lastIndexOf("/", end - 2) + 1;
  return end > 1 ? first.slice(0, end) : "";
}

const BELOW = shared(Object.keys(WEBS));
const brief = (name) => (name.startsWith(BELOW) ? name.slice(BELOW.length) : name);

/* An element. Text is set as text: what was scanned never becomes markup. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "style") for (const [key, to] of Object.entries(value)) node.style.setProperty(key, to);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function drawn(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const counted = (count, noun) => `${number.format(count)} ${noun}${count === 1 ? "" : "s"}`;
const day = (time) => (time || "").slice(0, 10);

/* What the list, the charts and the filters need of a finding, worked out once. */
function prepared(finding, at) {
  const places = finding.locations;
  const known = places.filter((place) => "at_head" in place);
  const dates = places.map((place) => place.date || place.time || "").filter(Boolean).sort();
  const shown = places.find((place) => place.at_head && place.path) || places[0] || {};
  const properties = finding.properties || {};
  const head = known.length === 0 || known.some((place) => place.at_head);
  const item = { at, finding, shown, head, since: dates[0] || "", removed: head ? "" : properties.removed_date || "" };
  item.path = shown.path || "";
  item.state = (finding.verdict || {}).state || "unchecked";
  item.people = [...new Set(places.map((place) => place.author).filter(Boolean))];
  item.where = item.path || (shown.commit ? `commit ${shown.commit.slice(0, 10)} ${shown.field || "message"}` : shown.channel || shown.ref || "standard input");
  if (shown.line) item.where += `:${shown.line}`;
  item.repositories = [...new Set(places.map((place) => place.repository).filter(Boolean))];
  if (shown.repository) item.where = `${brief(shown.repository)}: ${item.where}`;
  item.text = [finding.title, finding.signature, finding.secret, finding.fingerprint, finding.kind, item.state,
    ...places.flatMap((place) => [place.path, place.commit, place.author, place.channel, place.ref, place.repository])].filter(Boolean).join("\n").toLowerCase();
  return item;
}

const ITEMS = REPORT.report.findings.map(prepared);
