const TREND = REPORT.report.trend;
const WHYS = { accepted: "accepted", inactive: "not live any more", "not-found": "no longer found" };
const AGES = { week: "less than a week", month: "less than a month", quarter: "less than three months", year: "less than a year", older: "longer" };
const SIZES = ["B", "kB", "MB", "GB", "TB"];

function volume(bytes) {
  let at = 0;
  for (; bytes >= 999.95 && at < SIZES.length - 1; at += 1) bytes /= 1000;
  return `${at ? bytes.toFixed(1) : bytes} ${SIZES[at]}`;
}

/* Leads to a finding in the list, whatever is filtered there. */
function leadTo(item, text) {
  const go = (event) => {
    event.preventDefault();
    byId("filters").reset();
    setTimeout(() => {
      byId("filters").elements.text.value = item.finding.fingerprint;
      update();
      byId("findings").scrollIntoView();
      byId("findings").focus({ preventScroll: true });
    });
  };
  return make("a", { href: "#findings", on: { click: go } }, text);
}

function oldest() {
  const dated = ITEMS.filter((item) => item.since && item.finding.kind === "secret" && item.state !== "inactive");
  dated.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : a.at - b.at));
  for (const item of dated.slice(0, 5)) {
    byId("oldest").querySelector("ol").append(make("li", {}, make("span", { class: "date" }, day(item.since)), make("span", { class: `badge ${item.finding.severity}` }, item.finding.severity), leadTo(item, item.finding.title), make("span", { class: "mono muted" }, item.where), item.people[0] ? make("span", { class: "muted" }, `by ${item.people[0].replace(/ <.*/, "")}`) : ""));
  }
  byId("oldest").hidden = !dated.length;
}

function repositories() {
  const audited = REPORT.report.repositories || [];
  if (!audited.length) return;
  byId("repositories").hidden = byId("of-repository").hidden = false;
  byId("path-caption").textContent = "By repository";
  const within = new Map(audited.map((one) => [one.name, []]));
  for (const item of ITEMS) for (const name of item.repositories) if (within.has(name)) within.get(name).push(item);
  for (const one of audited) byId("filters").elements.repository.append(make("option", { value: one.name }, `${brief(one.name)} (${within.get(one.name).length})`));
  const weight = (one) => within.get(one.name).reduce((sum, item) => sum + 100 ** Math.max(0, RANK[item.finding.severity] - 2), one.failed ? 1e12 : 0);
  const shared = ITEMS.filter((item) => item.finding.kind === "secret" && item.repositories.length > 1).length;
  const failed = audited.filter((one) => one.failed).length, partly = audited.filter((one) => one.gaps && !one.failed).length;
  const clean = audited.filter((one) => !one.findings && !one.gaps).length;
  const said = [counted(audited.length, "repository").replace("ys", "ies"), `${clean ? number.format(clean) : "none"} without a finding`, partly ? `${number.format(partly)} scanned in part` : "", failed ? `${number.format(failed)} not scanned at all` : "", shared ? `${counted(shared, "secret")} in more than one` : ""];
  byId("coverage").textContent = `${said.filter(Boolean).join(", ")}.${BELOW ? ` All lie below ${BELOW}` : ""}`;
  const sorted = [...audited].sort((a, b) => weight(b) - weight(a)), largest = Math.max(1, ...audited.map((one) => within.get(one.name).length));
  const show = (most) => byId("audited").tBodies[0].replaceChildren(...sorted.slice(0, most).map((one) => repository(one, within.get(one.name), largest)));
  show(25);
  byId("all-repositories").hidden = audited.length <= 25;
  byId("all-repositories").addEventListener("click", () => { show(Infinity); byId("all-repositories").hidden = true; });
  addEventListener("beforeprint", () => show(Infinity));
}

function repository(one, items, largest) {
  const only = () => { byId("filters").reset(); setTimeout(() => { byId("filters").elements.repository.value = one.name; update(); byId("findings").scrollIntoView(); byId("findings").focus({ preventScroll: true }); }); };
  const track = make("div", { class: "track", "aria-hidden": "true" });
  for (const name of SEVERITIES) {
    const count = items.filter((item) => item.finding.severity === name).length;
    if (count) track.append(make("i", { title: `${name}: ${count}`, style: { width: `${(100 * count) / largest}%`, background: `var(--${name})` } }));
  }
  const scanned = one.scanned || {};
  const what = one.failed ? "" : [scanned.commits ? counted(scanned.commits, "commit") : "", volume(scanned.bytes || 0)].filter(Boolean).join(", ");
  const counts = SEVERITIES.map((name) => [items.filter((item) => item.finding.severity === name).length, name]).filter(([count]) => count).map(([count, name]) => `${count} ${name}`).join(", ");
  return make("tr", {},
    make("td", { class: "where", role: "rowheader" }, make("button", { type: "button", class: "toggle plain", title: one.name, on: { click: only } }, brief(one.name)), one.web ? make("div", { class: "muted" }, link(one.web, one.web.replace("https://", ""))) : ""),
    make("td", { class: "number" }, one.failed ? "" : number.format(items.length)),
    make("td", { class: "spread" }, track, make("div", { class: "muted" }, counts)),
    make("td", { class: "date" }, what),
    make("td", {}, one.failed ? make("span", { class: "active" }, one.failed) : one.gaps ? counted(one.gaps, "gap") : ""));
}

function trend() {
  if (!TREND) return;
  byId("trend").hidden = byId("of-trend").hidden = false;
  const card = (value, text, bad = false) => byId("trend-cards").append(make("div", { class: bad && value ? "card bad" : "card" }, make("b", {}, number.format(value)), make("span", {}, text)));
  const last = TREND.points[TREND.points.length - 1];
  card(last ? last.open : 0, "open");
  if (TREND.since) {
    card(TREND.new.length, "new", true);
    card(TREND.fixed.length, "fixed");
    card(TREND.reopened.length, "open again", true);
    card(TREND.left_head.length, "gone from HEAD, not from history");
    if (TREND.unseen) card(TREND.unseen, "not seen, not scanned");
    byId("trend-title").textContent = `Since the last audit, on ${day(TREND.since)}`;
  } else byId("trend-title").textContent = "The first audit that is remembered";
  trendChart();
  const ages = Object.entries(TREND.ageing).map(([name, count]) => `${number.format(count)} for ${AGES[name] || name}`).join(", ");
  if (ages) byId("changes").append(make("li", {}, make("strong", {}, "Open since an audit saw them first: "), ages));
  const known = new Map(ITEMS.map((item) => [item.finding.id, item]));
  for (const [label, ids] of [["New", TREND.new], ["Open again", TREND.reopened]]) {
    const items = ids.map((id) => known.get(id)).filter(Boolean).sort((a, b) => RANK[b.finding.severity] - RANK[a.finding.severity]);
    for (const item of items.slice(0, 8)) byId("changes").append(make("li", {}, make("strong", {}, `${label}: `), make("span", { class: `badge ${item.finding.severity}` }, item.finding.severity), " ", leadTo(item, item.finding.title), " ", make("span", { class: "mono muted" }, item.where)));
    if (items.length > 8) byId("changes").append(make("li", { class: "muted" }, `and ${number.format(items.length - 8)} more`));
  }
  for (const one of TREND.fixed.slice(0, 8)) byId("changes").append(make("li", {}, make("strong", {}, "Fixed: "), one.title, " ", make("span", { class: "mono muted" }, one.where), `, ${WHYS[one.why] || one.why}`));
  if (TREND.fixed.length > 8) byId("changes").append(make("li", { class: "muted" }, `and ${number.format(TREND.fixed.length - 8)} more fixed`));
}

/* What was open at each audit as a line, what came above and what went below. */
function trendChart() {
  const points = TREND.points.slice(-60);
  if (points.length < 2) return void (byId("chart-trend").closest("figure").hidden = true);
  const width = 1080, left = 52, top = 14, height = 200, foot = 26, right = 16;
  const largest = Math.max(1, ...points.map((one) => one.open));
  const x = (at) => left + 20 + (at * (width - left - right - 40)) / (points.length - 1), y = (value) => top + (height - top - foot) * (1 - value / largest);
  const picture = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Open findings from ${points[0].open} on ${day(points[0].time)} to ${points[points.length - 1].open} on ${day(points[points.length - 1].time)}` });
  for (const value of [0, Math.round(largest / 2), largest]) picture.append(drawn("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: "rule" }), drawn("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end", class: "soft" }, number.format(value)));
  const slot = Math.min(14, (width - left) / points.length / 3);
  points.forEach((one, at) => {
    const came = one.new + one.reopened;
    if (came) picture.append(drawn("rect", { x: x(at) - slot, y: y(came), width: slot, height: y(0) - y(came), fill: "var(--high)", rx: 2 }, drawn("title", {}, `${day(one.time)}: ${one.new} new, ${one.reopened} open again`)));
    if (one.fixed) picture.append(drawn("rect", { x: x(at), y: y(Math.min(largest, one.fixed)), width: slot, height: y(0) - y(Math.min(largest, one.fixed)), fill: "var(--ok)", rx: 2 }, drawn("title", {}, `${day(one.time)}: ${one.fixed} fixed`)));
  });
  picture.append(drawn("polyline", { points: points.map((one, at) => `${x(at)},${y(one.open)}`).join(" "), fill: "none", stroke: "var(--accent)", "stroke-width": 2.5, "stroke-linejoin": "round" }));
  const every = Math.ceil(points.length / 10);
  points.forEach((one, at) => {
    picture.append(drawn("circle", { cx: x(at), cy: y(one.open), r: 4, fill: "var(--accent)" }, drawn("title", {}, `${day(one.time)}: ${one.open} open`)));
    if (at % every === 0) picture.append(drawn("text", { x: x(at), y: height - 6, "text-anchor": "middle", class: "soft" }, day(one.time)));
  });
  const dot = (tone, text) => make("li", {}, make("span", { class: "dot", style: { background: tone } }), text);
  byId("chart-trend").append(picture, make("ul", { class: "legend" }, dot("var(--accent)", "open"), dot("var(--high)", "new, or open again"), dot("var(--ok)", "fixed")));
}
