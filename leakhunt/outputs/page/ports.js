const REACHES = { open: "anyone who reaches the host", host: "this host", contained: "other containers", local: "this host", unknown: "not known" };

/* Four columns: who can reach it, the published port, the service and its port, the file. */
function portGraph() {
  const all = ITEMS.filter((item) => item.finding.kind === "exposure");
  if (!all.length) return;
  byId("ports").hidden = false;
  const worst = [...all].sort((a, b) => RANK[b.finding.severity] - RANK[a.finding.severity]).slice(0, 30);
  const reaches = tally(worst, (item) => (item.finding.properties || {}).reach || "unknown").map(([name]) => name);
  const group = (item) => reaches.indexOf((item.finding.properties || {}).reach || "unknown");
  const shown = worst.sort((a, b) => group(a) - group(b));
  const columns = [[], [], [], []];
  const edges = [];
  const node = (column, key, text, tone = "") => {
    let found = columns[column].find((one) => one.key === key);
    if (!found) columns[column].push((found = { key, text, tone, column }));
    return found;
  };
  for (const item of shown) {
    const facts = item.finding.properties || {}, severity = item.finding.severity;
    const reach = node(0, facts.reach || "unknown", REACHES[facts.reach] || facts.reach || "not known");
    const folder = item.path.slice(0, item.path.lastIndexOf("/") + 1);
    const service = node(2, `${folder}\n${facts.service || item.finding.title}\n${facts.port}`, `${facts.service || item.finding.title.split(/ (?:is|listens|serves|binds) /)[0]}${facts.port ? ` :${facts.port}` : ""}`, severity);
    const published = facts.published_port ? node(1, `${facts.host || ""}\n${facts.published_port}\n${folder}`, `${facts.host || "*"}:${facts.published_port}`, severity) : null;
    const file = node(3, item.where, item.where);
    if (published) edges.push([reach, published, severity], [published, service, severity]);
    else edges.push([reach, service, severity]);
    edges.push([service, file, severity]);
  }
  const row = 30, head = 26, at = [0, 250, 430, 690], wide = [200, 140, 220, 420];
    columns[3].forEach((one, place) => { one.y = head + row * place + row / 2; });
  /* A service stands beside the first file that opens it, a port beside the service that it leads to. */
  for (const column of [2, 1]) {
    let next = 0;
    for (const one of columns[column]) {
      one.y = Math.max(next, Math.min(...edges.filter(([from]) => from === one).map(([, to]) => to.y)));
      next = one.y + row;
    }
  }
  /* Who can reach them stands in the middle of what they reach. */
  let free = head + row / 2;
  for (const one of columns[0]) {
    const ends = edges.filter(([from]) => from === one).map(([, to]) => to.y);
    one.y = Math.max(free, ends.reduce((sum, y) => sum + y, 0) / ends.length);
    free = one.y + row;
  }
  const height = Math.max(...columns.flat().map((one) => one.y)) + row / 2 + 8;
  const picture = drawn("svg", { width: 1120, height, viewBox: `0 0 1120 ${height}`, role: "img", "aria-label": `${counted(shown.length, "open service")}; the same stands in the list of findings` });
  ["Reachable by", "Published as", "Service", "Opened in"].forEach((text, column) => picture.append(drawn("text", { x: at[column], y: 14, class: "soft" }, text)));
  const lines = drawn("g", { fill: "none", "stroke-width": 1.6, opacity: 0.75 });
  for (const [from, to, severity] of edges) {
    const x1 = at[from.column] + wide[from.column], x2 = at[to.column], bend = (x2 - x1) / 2;
    lines.append(drawn("path", { d: `M${x1} ${from.y}C${x1 + bend} ${from.y} ${x2 - bend} ${to.y} ${x2} ${to.y}`, stroke: `var(--${severity})` }));
  }
  picture.append(lines);
  columns.forEach((column, place) => column.forEach((one) => {
    const most = Math.floor(wide[place] / (place === 3 ? 7.6 : 6.9));
    const text = one.text.length <= most ? one.text : place === 3 ? `…${one.text.slice(1 - most)}` : `${one.text.slice(0, most - 1)}…`;
    picture.append(drawn("g", {}, drawn("rect", { x: at[place], y: one.y - 11, width: wide[place], height: 22, rx: 6, fill: "var(--bg)", stroke: one.tone ? `var(--${one.tone})` : "var(--line)" }), drawn("text", { x: at[place] + 8, y: one.y + 4 }, text), drawn("title", {}, one.text)));
  }));
  byId("port-graph").append(picture);
  if (all.length > shown.length) byId("port-graph").append(make("p", { class: "muted" }, `The ${shown.length} worst of ${number.format(all.length)}; all are in the list.`));
}
