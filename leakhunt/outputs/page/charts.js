function tally(items, key) {
  const counts = new Map();
  for (const item of items) for (const name of [].concat(key(item))) counts.set(name, (counts.get(name) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function bars(target, rows, most = 8) {
  const box = byId(target);
  if (!rows.length) return void (box.closest("figure").hidden = true);
  const largest = Math.max(...rows.map((row) => row[1]));
  const list = make("dl", { class: "bars" });
  for (const [name, count] of rows.slice(0, most)) {
    const fill = make("i", { style: { width: `${(100 * count) / largest}%`, background: "var(--accent)" } });
    list.append(make("dt", { title: name }, brief(name)), make("dd", { "aria-hidden": "true" }, make("div", { class: "track" }, fill)), make("dd", { class: "number" }, number.format(count)));
  }
  box.append(list);
  if (rows.length > most) box.append(make("p", { class: "muted" }, `and ${number.format(rows.length - most)} more`));
}

function severityChart() {
  const list = make("dl", { class: "bars" });
  const counts = Object.fromEntries(SEVERITIES.map((name) => [name, ITEMS.filter((item) => item.finding.severity === name)]));
  const largest = Math.max(1, ...SEVERITIES.map((name) => counts[name].length));
  const seen = new Set();
  for (const name of SEVERITIES) {
    const track = make("div", { class: "track" }), states = [];
    for (const state of STATES) {
      const count = counts[name].filter((item) => item.state === state).length;
      if (!count) continue;
      seen.add(state);
      states.push(`${number.format(count)} ${state}`);
      track.append(make("i", { title: `${state}: ${count}`, style: { width: `${(100 * count) / largest}%`, background: STATE_TONES[state] } }));
    }
    list.append(make("dt", {}, make("span", { class: `badge ${name}` }, name)), make("dd", { "aria-hidden": "true" }, track), make("dd", { class: "number" }, number.format(counts[name].length), make("span", { class: "unseen" }, states.length ? `: ${states.join(", ")}` : "")));
  }
  byId("chart-severity").append(list, make("ul", { class: "legend" }, ...STATES.filter((state) => seen.has(state)).map((state) => make("li", {}, make("span", { class: "dot", style: { background: STATE_TONES[state] } }), state))));
}

/* Months, quarters or years, so that there are at most some 40 of them. */
function periods(dates) {
  const months = dates.map((date) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1);
  const low = Math.min(...months), high = Math.max(...months);
  const step = [1, 3, 12, 24, 60].find((size) => (high - low) / size < 40) || 120;
  const first = Math.floor(low / step), last = Math.floor(high / step);
  const name = (at) => {
    const month = at * step, year = Math.floor(month / 12);
    if (step === 1) return `${year}-${String((month % 12) + 1).padStart(2, "0")}`;
    return step === 3 ? `${year} Q${(month % 12) / 3 + 1}` : String(year);
  };
  return { of: (date) => Math.floor((Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1) / step) - first, names: Array.from({ length: last - first + 1 }, (_, at) => name(first + at)) };
}

function timeChart() {
  const dated = ITEMS.filter((item) => /^\d{4}-\d{2}/.test(item.since));
  const box = byId("chart-time");
  if (!dated.length) return void (box.closest("figure").hidden = true);
  const span = periods([...dated.map((item) => item.since), ...dated.map((item) => item.removed).filter(Boolean)]);
  const came = span.names.map(() => 0), went = span.names.map(() => 0);
  for (const item of dated) {
    came[span.of(item.since)] += 1;
    if (item.removed) went[span.of(item.removed)] += 1;
  }
  const width = 1080, left = 44, middle = 120, foot = middle + (went.some(Boolean) ? 68 : 4), height = foot + 22;
  const largest = Math.max(1, ...came, ...went), slot = (width - left) / span.names.length, unit = 96 / largest;
  const picture = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${counted(dated.length, "finding")} with a date: introduced above the line, removed below it, from ${span.names[0]} to ${span.names[span.names.length - 1]}` });
  picture.append(drawn("line", { x1: left, x2: width, y1: middle, y2: middle, class: "rule" }), drawn("text", { x: left - 8, y: 28, "text-anchor": "end", class: "soft" }, String(largest)), drawn("text", { x: left - 8, y: middle + 4, "text-anchor": "end", class: "soft" }, "0"));
  const every = Math.ceil(span.names.length / 12);
  const scale = Math.min(unit, 60 / Math.max(1, ...went));
  span.names.forEach((name, at) => {
    const x = left + at * slot + slot * 0.14, wide = Math.max(1.5, slot * 0.72);
    if (came[at]) picture.append(drawn("rect", { x, y: middle - came[at] * unit, width: wide, height: came[at] * unit, rx: 2, fill: "var(--high)" }, drawn("title", {}, `${name}: ${came[at]} introduced`)));
    if (went[at]) picture.append(drawn("rect", { x, y: middle + 1, width: wide, height: went[at] * scale, rx: 2, fill: "var(--ok)" }, drawn("title", {}, `${name}: ${went[at]} removed`)));
    if (at % every === 0) picture.append(drawn("text", { x: x + wide / 2, y: foot + 14, "text-anchor": "middle", class: "soft" }, name));
  });
  box.append(picture, make("ul", { class: "legend" }, make("li", {}, make("span", { class: "dot", style: { background: "var(--high)" } }), "introduced"), make("li", {}, make("span", { class: "dot", style: { background: "var(--ok)" } }), "removed from HEAD")));
}

function cards() {
  const box = byId("cards");
  const secrets = ITEMS.filter((item) => item.finding.kind === "secret");
  const oldest = ITEMS.map((item) => item.since).filter(Boolean).sort()[0];
  const card = (value, text, bad = false) => box.append(make("div", { class: bad && value ? "card bad" : "card" }, make("b", {}, typeof value === "number" ? number.format(value) : value), make("span", {}, text)));
  card(ITEMS.length, "findings");
  card(ITEMS.filter((item) => item.finding.severity === "critical").length, "critical", true);
  const active = ITEMS.filter((item) => item.state === "active").length;
  if (active || ITEMS.some((item) => (item.finding.verdict || {}).checked_at)) card(active, "known to be live", true);
  if (secrets.some((item) => !item.head)) {
    card(secrets.filter((item) => item.head).length, "secrets at HEAD or in files", true);
    card(secrets.filter((item) => !item.head).length, "secrets only in history");
  }
  if (secrets.length < ITEMS.length) card(ITEMS.length - secrets.length, "open services");
  if (oldest) card(oldest.slice(0, 4), `oldest leak, ${day(oldest).replaceAll("-", "\u2011")}`);
  if (REPORT.report.suppressed.length) card(REPORT.report.suppressed.length, "suppressed");
}

/* Live ones, then the most severe: one entry for each kind of credential. */
function firstThings() {
  const groups = new Map();
  for (const item of ITEMS) {
    if (item.state === "inactive" || (item.state !== "active" && RANK[item.finding.severity] < RANK.high)) continue;
    groups.set(item.finding.signature, [...(groups.get(item.finding.signature) || []), item]);
  }
  const weight = (items) => Math.max(...items.map((item) => (item.state === "active" ? 100 : 0) + 10 * RANK[item.finding.severity] + (item.head ? 5 : 0)));
  const list = byId("first").querySelector("ol");
  for (const [signature, items] of [...groups].sort((a, b) => weight(b[1]) - weight(a[1])).slice(0, 6)) {
    const worst = items.reduce((a, b) => (RANK[b.finding.severity] > RANK[a.finding.severity] ? b : a));
    const about = REPORT.signatures[signature] || {};
    const live = items.filter((item) => item.state === "active").length, head = items.filter((item) => item.head).length;
    const said = [counted(items.length, "finding"), live ? `${live} live` : "", head ? `${head} at HEAD or in files` : "only in history"].filter(Boolean).join(", ");
    list.append(make("li", { class: worst.finding.severity }, make("strong", {}, about.title || worst.finding.title), make("span", { class: "muted" }, said), about.remediation ? make("div", {}, about.remediation) : ""));
  }
  byId("first").hidden = !list.children.length;
}

function problems() {
  const found = REPORT.report.problems;
  byId("problems").hidden = !found.length;
  if (found.every((problem) => !problem.gap)) byId("problems-title").textContent = "Remarks";
  const told = (problem) => make("li", {}, make("span", { class: "mono" }, problem.where), ` ${problem.message}`);
  const few = found.length > 8 ? 5 : found.length, rest = found.slice(few, 1000);
  byId("problems").querySelector("ul").append(...found.slice(0, few).map(told));
  if (!rest.length) return;
  const more = make("details", {}, make("summary", {}, `and ${number.format(found.length - few)} more`), make("ul", {}, ...rest.map(told)), found.length > few + rest.length ? make("p", { class: "muted" }, `The first ${number.format(few + rest.length)}; all are in the report as JSON.`) : "");
  byId("problems").append(more);
  addEventListener("beforeprint", () => { more.open = true; });
}
