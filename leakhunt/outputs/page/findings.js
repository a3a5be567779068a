const STEP = 150;
const MARKS = { rotated: "rotated", accepted: "accepted", false: "no secret" };
const KEY = "leakhunt triage";
let marks = {};
try { marks = JSON.parse(localStorage.getItem(KEY) || "{}"); } catch { marks = {}; }
const view = { items: ITEMS, shown: 0, sort: "severity", down: true, open: new Set() };
const markOf = (item) => marks[item.finding.fingerprint] || "";

const ORDERS = {
  severity: (item) => RANK[item.finding.severity] * 10 + (item.state === "active" ? 5 : 0) + (item.head ? 1 : 0),
  title: (item) => item.finding.title.toLowerCase(),
  path: (item) => item.where.toLowerCase(),
  since: (item) => item.since,
  now: (item) => Number(item.head),
  mark: (item) => markOf(item),
};

function chosen() {
  const form = new FormData(byId("filters"));
  const words = String(form.get("text")).toLowerCase().split(/\s+/).filter(Boolean);
  const severities = new Set(form.getAll("severity"));
  const [kind, verdict, now, mark, of, changed] = ["kind", "verdict", "now", "mark", "repository", "trend"].map((name) => form.get(name));
  return ITEMS.filter((item) =>
    (!severities.size || severities.has(item.finding.severity)) && (!kind || item.finding.signature === kind || item.finding.kind === kind) &&
    (!verdict || item.state === verdict) && (!now || (now === "head") === item.head) &&
    (!of || item.repositories.includes(of)) && (!changed || (item.finding.properties || {}).trend === changed) &&
    (!mark || (markOf(item) || "none") === mark) && words.every((word) => item.text.includes(word)));
}

function update() {
  const order = ORDERS[view.sort], sign = view.down ? -1 : 1;
  const keyed = chosen().map((item) => [order(item), item]);
  keyed.sort(([a, one], [b, other]) => (a < b ? -sign : a > b ? sign : one.at - other.at));
  view.items = keyed.map(([, item]) => item);
  byId("list").tBodies[0].replaceChildren();
  view.shown = 0;
  more();
  byId("count").textContent = view.items.length === ITEMS.length ? counted(ITEMS.length, "finding") : `${number.format(view.items.length)} of ${counted(ITEMS.length, "finding")}`;
}

function more(count = STEP) {
  const rows = document.createDocumentFragment();
  for (const item of view.items.slice(view.shown, view.shown + count)) {
    rows.append(row(item));
    if (view.open.has(item.at)) rows.append(detail(item));
  }
  if (!view.items.length) rows.append(make("tr", {}, make("td", { colspan: 6, class: "empty" }, ITEMS.length ? "Nothing fits these filters." : "Nothing was found.")));
  view.shown = Math.min(view.items.length, view.shown + count);
  byId("list").tBodies[0].append(rows);
  byId("more").hidden = view.shown >= view.items.length;
}

function row(item) {
  const { finding } = item;
  const open = view.open.has(item.at);
  const toggle = make("button", { type: "button", class: "toggle", "aria-expanded": String(open), "aria-describedby": `where-${item.at}`, on: { click: () => flip(item, toggle) } }, finding.title);
  return make("tr", { id: `row-${item.at}` },
    make("td", {}, make("span", { class: `badge ${finding.severity}` }, finding.severity)),
    make("td", { role: "rowheader" }, toggle, (finding.properties || {}).trend ? make("span", { class: "chip" }, finding.properties.trend === "new" ? "new" : "open again") : "", finding.secret ? make("div", { class: "mono secret" }, finding.secret) : ""),
    make("td", { class: "where mono", id: `where-${item.at}` }, item.where, finding.locations.length > 1 ? make("div", { class: "muted" }, `and ${finding.locations.length - 1} more${item.repositories.length > 1 ? `, in ${item.repositories.length} repositories` : ""}`) : ""),
    make("td", { class: "date" }, day(item.since)),
    make("td", { class: "date" }, item.state === "unchecked" ? "" : make("div", { class: item.state }, item.state), finding.kind === "secret" ? (item.head ? "present" : item.removed ? `removed ${day(item.removed)}` : "in history") : ""),
    make("td", { class: "mark" }, MARKS[markOf(item)] || ""));
}

function flip(item, toggle) {
  const here = byId(`row-${item.at}`);
  if (view.open.delete(item.at)) here.nextElementSibling.remove();
  else { view.open.add(item.at); here.after(detail(item)); }
  toggle.setAttribute("aria-expanded", String(view.open.has(item.at)));
}

function link(address, text) {
  return /^https:\/\//.test(address) ? make("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, text) : text;
}

function place(one) {
  const said = [];
  const where = one.path ? `${one.path}${one.line ? `:${one.line}:${one.column}` : ""}` : one.field ? `text of the ${one.commit ? "commit" : "tag"}` : "standard input";
  const base = one.repository ? WEBS[one.repository] : REPORT.web;
  const web = base && one.commit ? `${base}/blob/${one.commit}/${(one.path || "").split("/").map(encodeURIComponent).join("/")}#L${one.line}` : "";
  if (one.repository) said.push(`${one.repository}: `);
  said.push(make("span", { class: "mono" }, web ? link(web, where) : where));
  if (one.commit) said.push(" in ", make("span", { class: "mono" }, base ? link(`${base}/commit/${one.commit}`, one.commit.slice(0, 10)) : one.commit.slice(0, 10)));
  if (one.channel) said.push(` in ${one.channel}${one.workspace ? ` of ${one.workspace}` : ""}`);
  if (one.author) said.push(` by ${one.author}`);
  if (one.date || one.time) said.push(` on ${day(one.date || one.time)}`);
  said.push(make("span", { class: "muted" }, [
    one.chat ? `(${one.chat})` : "",
    one.message ? `message ${one.message}` : "",
    one.thread ? `of thread ${one.thread}` : "",
    one.time && one.time.length > 10 ? `sent ${one.time}` : "",
    one.stamp && one.stamp !== one.message ? `written ${one.stamp}` : "",
    one.pointer ? `at ${one.pointer}` : "",
  ].filter(Boolean).map((text) => ` ${text}`).join("")));
  if (one.permalink) said.push(" ", link(one.permalink, one.permalink));
  if (one.ref) said.push(` (${one.ref})`);
  if (one.at_head) said.push(", at HEAD");
  return make("li", {}, ...said, one.context ? context(one) : "");
}

/* The lines around it, masked; its own stands out. */
function context(one) {
  const wide = String(one.context[one.context.length - 1][0]).length;
  return make("pre", { class: "mono", tabindex: "0", "aria-label": "Lines around it" }, ...one.context.map(([line, text]) => make("span", { class: line === one.line ? "own" : "" }, `${String(line).padStart(wide)}  ${text}\n`)));
}

function detail(item) {
  const { finding } = item, about = REPORT.signatures[finding.signature] || {}, list = make("dl");
  const tell = (name, ...what) => what.some((one) => one) && list.append(make("dt", {}, name), make("dd", {}, ...what));
  const told = finding.verdict || {};
  tell("Where", make("ul", {}, ...finding.locations.slice(0, 100).map(place), finding.locations.length > 100 ? make("li", {}, `and ${finding.locations.length - 100} more`) : ""));
  const seen = finding.properties || {};
  if (seen.mentions) tell("Said", [`in ${seen.mentions} message${seen.mentions > 1 ? "s" : ""}`, seen.first_seen ? `first ${seen.first_seen}` : "", seen.last_seen && seen.mentions > 1 ? `last ${seen.last_seen}` : "", seen.people ? `seen by up to ${seen.people} people` : ""].filter(Boolean).join(", "));
  if (item.state !== "unchecked") tell("Live", [told.state, told.reason, ...Object.entries(told.details || {}).map(([key, value]) => `${key}: ${value}`)].filter(Boolean).join(", "));
  tell("Why", finding.reasons ? make("ul", {}, ...finding.reasons.map((reason) => make("li", {}, reason))) : "");
  tell("Decoded", (finding.decoded || []).join(" → "));
  tell("With", (finding.parts || []).map((part) => `${part.name} ${part.secret}`).join(", "));
  tell("What to do", about.remediation || "", about.references && about.references.length ? make("ul", {}, ...about.references.map((one) => make("li", {}, link(one, one)))) : "");
  tell("Signature", `${finding.signature}, confidence ${finding.confidence}`);
  tell("Fingerprint", make("code", {}, finding.fingerprint));
  list.append(make("dt", {}, "Triage"), make("dd", {}, choices(item)));
  return make("tr", { class: "detail" }, make("td", { colspan: 6 }, list));
}

function choices(item) {
  const box = make("fieldset", { class: "marks", "aria-label": "Triage" });
  for (const [value, text] of [["", "not marked"], ...Object.entries(MARKS)]) {
    const radio = make("input", { type: "radio", name: `mark-${item.at}`, value, on: { change: () => mark(item, value) } });
    radio.checked = markOf(item) === value;
    box.append(make("label", {}, radio, ` ${text}`));
  }
  return box;
}

function mark(item, value) {
  if (value) marks[item.finding.fingerprint] = value;
  else delete marks[item.finding.fingerprint];
  try { localStorage.setItem(KEY, JSON.stringify(marks)); } catch { /* a browser may forbid it: the marks last as long as the page */ }
  byId(`row-${item.at}`).querySelector(".mark").textContent = MARKS[value] || "";
}

function save() {
  const known = ITEMS.filter(markOf).map((item) => ({ fingerprint: item.finding.fingerprint, signature: item.finding.signature, path: item.path, mark: markOf(item) }));
  const file = new Blob([JSON.stringify({ leakhunt: "triage", target: REPORT.target, marks: known }, null, 2) + "\n"], { type: "application/json" });
  const address = URL.createObjectURL(file);
  const link = make("a", { href: address, download: "leakhunt-triage.json" });
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(address);
}

function sorted(button) {
  view.down = view.sort === button.dataset.sort ? !view.down : button.dataset.sort === "severity" || button.dataset.sort === "since";
  view.sort = button.dataset.sort;
  for (const head of byId("list").tHead.rows[0].cells) head.removeAttribute("aria-sort");
  button.parentElement.setAttribute("aria-sort", view.down ? "descending" : "ascending");
  update();
}

function start() {
  const filters = byId("filters"), later = { timer: 0 };
  for (const name of SEVERITIES) {
    const count = ITEMS.filter((item) => item.finding.severity === name).length;
    if (count) byId("severities").append(make("label", { class: name }, make("input", { type: "checkbox", name: "severity", value: name }), `${name} (${number.format(count)})`));
  }
  const kinds = tally(ITEMS, (item) => item.finding.signature);
  if (ITEMS.some((item) => item.finding.kind !== "secret")) for (const kind of ["secret", "exposure"]) filters.elements.kind.append(make("option", { value: kind }, `every ${kind}`));
  for (const [name, count] of kinds) filters.elements.kind.append(make("option", { value: name }, `${name} (${count})`));
  for (const [name, count] of tally(ITEMS, (item) => item.state)) filters.elements.verdict.append(make("option", { value: name }, `${name} (${count})`));
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("input", () => { clearTimeout(later.timer); later.timer = setTimeout(update, 60); });
  filters.addEventListener("reset", () => setTimeout(update));
  for (const button of document.querySelectorAll("[data-sort]")) button.addEventListener("click", () => sorted(button));
  byId("more").addEventListener("click", () => more());
  byId("export").addEventListener("click", save);
  new IntersectionObserver((entries) => { if (entries[0].isIntersecting && !byId("more").hidden) more(); }, { rootMargin: "600px" }).observe(byId("more"));
  addEventListener("beforeprint", () => more(Infinity));
  problems(); cards(); timeChart(); severityChart();
  bars("chart-kind", tally(ITEMS, (item) => (REPORT.signatures[item.finding.signature] || {}).title || item.finding.title));
  bars("chart-path", (REPORT.report.repositories || []).length ? tally(ITEMS, (item) => item.repositories) : tally(ITEMS.filter((item) => item.path), (item) => (item.path.includes("/") ? item.path.split("/").slice(0, 2 - Number(item.path.split("/").length < 3)).join("/") + "/" : item.path)));
  bars("chart-people", tally(ITEMS, (item) => item.people.map((who) => who.replace(/ <.*/, ""))));
  oldest(); repositories(); trend(); firstThings(); portGraph(); update();
}

start();
