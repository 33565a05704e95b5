/* Pictures. A <figure data-chart="id"> is drawn from the JSON in <script type="application/json" id="id">:

   kind      waterfall | bars | stacked | line | histogram | sankey | tiles | dots
   columns   heads of the columns, the first for the labels: ["乡镇", "未达标", "达标"]
   rows      one list a label: [["城关镇", 12, 88], …]; a number may be text ("12000.00"); null is a gap
   unit      words behind a number: "元"
   line      {"value": 8000, "label": "监测线"}: across a picture, or upright in a histogram
   totals    waterfall: labels that stand on the ground instead of adding to the sum: ["纯收入"]
   edges     histogram: one number more than rows, the borders of the classes
   tones     columns' colours by name: ["unmet", "met"] (accent, met, unmet, unknown, overdue, soon, conflict)
   across    bars: true lays them down, for long labels
   urls      bars and tiles: where a click on each row leads
   sankey's rows are [from, to, value], nodes: {name: tone} colours them; tiles' rows are [label, value];
   dots' rows are [label, value, lower, upper]: a dot with the whisker of its interval, where it has one */
(function () {
  "use strict";
  const INK = "#1c2733", SOFT = "#52606d", RULE = "#d9dfe5";
  const TONES = { accent: "#226f92", met: "#2c8a58", unmet: "#c4473f", unknown: "#9aa5b1", overdue: "#d9581c", soon: "#d9a400",
    conflict: "#8457c9", pale: "#8fb4c6" };
  const ORDER = ["accent", "soon", "met", "conflict", "overdue", "unknown", "pale"];
  const number = (cell) => (cell === null || cell === undefined || cell === "" ? null : Number(cell));
  const grouped = (value) => (value === null ? "—" : value.toLocaleString("zh-CN", { maximumFractionDigits: 2 }));
  const short = (value) => (Math.abs(value) >= 100000 && document.documentElement.lang.startsWith("zh")
    ? grouped(value / 10000) + "万" : grouped(value));
  const roundUp = (value) => {
    const step = Math.pow(10, Math.floor(Math.log10(value))) / 2;
    return Math.ceil((value * 1.05) / step) * step;
  };
  // In single quotes: a saved picture has it inside an attribute.
  const font = () => getComputedStyle(document.body).fontFamily.replace(/"/g, "'");
  const tone = (chart, n) => TONES[(chart.tones || [])[n]] || TONES[ORDER[n % ORDER.length]];
  const labels = (chart) => chart.rows.map((row) => row[0]);
  const said = (chart, value) => grouped(value) + (chart.unit ? " " + chart.unit : "");

  function frame(chart, wide) {
    return {
      animation: false,
      // A line's words stand above the picture: beside the line they would cover bars and their numbers.
      title: chart.line && chart.kind !== "histogram" ? { text: "╌╌ " + lineWords(chart), right: 16, top: 0, padding: 0,
        textStyle: { color: "#b3261e", fontSize: 12, fontWeight: 400 } } : undefined,
      textStyle: { fontFamily: font(), color: INK },
      grid: { left: 8, right: 20, top: chart.columns.length > 2 || chart.line ? 36 : 24, bottom: 8, containLabel: true },
      legend: chart.columns.length > 2 ? { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: INK } } : undefined,
      // As rich text: a tooltip of HTML would carry inline styles, which the page's policy forbids.
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow" },
        valueFormatter: (value) => said(chart, number(value)), textStyle: { fontSize: wide < 480 ? 12 : 13 } },
    };
  }
  const valueAxis = (chart) => ({ type: "value", axisLabel: { formatter: short, color: SOFT }, splitLine: { lineStyle: { color: RULE } },
    max: (range) => (chart.line && number(chart.line.value) > range.max ? roundUp(number(chart.line.value)) : null) });
  /* A few labels are all written, in as many lines as they need; many are thinned out. */
  const labelAxis = (data, wide) => ({ type: "category", data, axisTick: { show: false }, axisLine: { lineStyle: { color: "#98a4b0" } },
    axisLabel: { color: INK, interval: data.length > 14 ? "auto" : 0, hideOverlap: data.length > 14, fontSize: wide < 480 ? 11 : 12,
      width: Math.max(34, Math.floor((wide - 76) / data.length) - 6), overflow: "break" } });

  const lineWords = (chart) => chart.line.label + " " + grouped(number(chart.line.value));
  function markLine(chart, upright) {
    if (!chart.line) return undefined;
    const at = number(chart.line.value);
    return { silent: true, symbol: "none", data: [upright ? { xAxis: at } : { yAxis: at }],
      lineStyle: { color: "#b3261e", type: "dashed", width: 1.5 },
      label: { show: Boolean(upright), formatter: lineWords(chart), position: "end", color: "#b3261e" } };
  }

  function bars(chart, wide) {
    const across = chart.across;
    const option = frame(chart, wide);
    const axis = labelAxis(labels(chart), wide);
    if (across) Object.assign(axis, { inverse: true, axisLabel: { color: INK, width: wide < 480 ? 96 : 160, overflow: "truncate" } });
    option[across ? "yAxis" : "xAxis"] = axis;
    option[across ? "xAxis" : "yAxis"] = valueAxis(chart);
    option.series = chart.columns.slice(1).map((name, n) => ({
      name, type: "bar", stack: chart.kind === "stacked" ? "one" : undefined, barMaxWidth: 36,
      itemStyle: { color: tone(chart, n) }, data: chart.rows.map((row) => number(row[n + 1])),
      label: { show: chart.columns.length === 2 && chart.rows.length <= 12, position: across ? "right" : "top", color: SOFT,
        formatter: (point) => short(point.value) },
      markLine: n === 0 ? markLine(chart, across) : undefined,
    }));
    return option;
  }

  /* A dot for the value, a whisker for its interval; one line a row, so the box grows with them. */
  function dots(chart, wide) {
    const option = frame(Object.assign({}, chart, { columns: chart.columns.slice(0, 2) }), wide);
    const rows = chart.rows.map((row) => row.slice(1).map(number));
    delete option.title;
    option.grid.top = 32;
    option.yAxis = Object.assign(labelAxis(labels(chart), wide), { inverse: true,
      axisLabel: { color: INK, interval: 0, width: wide < 480 ? 104 : 190, overflow: "truncate" } });
    option.xAxis = valueAxis(chart);
    option.xAxis.min = (range) => Math.min(0, range.min);
    option.tooltip.formatter = (points) => {
      const at = points[0].dataIndex, [value, lower, upper] = rows[at];
      return chart.rows[at][0] + "  " + said(chart, value) + (lower === null ? "" : "\n" + grouped(lower) + "—" + said(chart, upper));
    };
    // The axis runs downwards, so a line begins at the top.
    const above = markLine(chart, true);
    if (above) above.label.position = "start";
    option.series = [{
      type: "custom", encode: { x: [0, 1, 2], y: 3 }, markLine: above,
      data: rows.map(([value, lower, upper], n) => [value, lower === null ? value : lower, upper === null ? value : upper, n]),
      renderItem(params, api) {
        const [x, y] = api.coord([api.value(0), api.value(3)]);
        const children = [];
        if (rows[params.dataIndex][1] !== null) {
          const from = api.coord([api.value(1), api.value(3)])[0], to = api.coord([api.value(2), api.value(3)])[0];
          const rule = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: TONES.accent, lineWidth: 2 } });
          children.push(rule(from, y, to, y), rule(from, y - 4, from, y + 4), rule(to, y - 4, to, y + 4));
        }
        children.push({ type: "circle", shape: { cx: x, cy: y, r: 5 }, style: { fill: TONES.accent } });
        return { type: "group", children };
      },
    }];
    return option;
  }

  function lines(chart, wide) {
    const option = frame(chart, wide);
    option.xAxis = labelAxis(labels(chart), wide);
    option.yAxis = valueAxis(chart);
    option.tooltip.axisPointer = { type: "line" };
    option.series = chart.columns.slice(1).map((name, n) => ({
      name, type: "line", symbolSize: 6, lineStyle: { width: 2 }, itemStyle: { color: tone(chart, n) },
      data: chart.rows.map((row) => number(row[n + 1])), markLine: n === 0 ? markLine(chart) : undefined,
    }));
    return option;
  }

  /* Each step floats between the sum before it and the sum after it; a total stands on the ground. */
  function waterfall(chart, wide) {
    const option = frame(Object.assign({}, chart, { columns: chart.columns.slice(0, 2) }), wide);
    const totals = new Set(chart.totals || []);
    let sum = 0;
    const steps = chart.rows.map(([label, cell]) => {
      const value = number(cell) || 0;
      if (totals.has(label)) return { value, from: 0, to: (sum = value), colour: TONES.accent };
      const step = { value, from: sum, to: sum + value, colour: value < 0 ? TONES.overdue : TONES.met };
      sum = step.to;
      return step;
    });
    option.xAxis = labelAxis(labels(chart), wide);
    option.yAxis = valueAxis(chart);
    option.tooltip.formatter = (points) => points[0].name + "  " + said(chart, steps[points[0].dataIndex].value);
    option.series = [{
      type: "custom", data: steps.map((step, n) => [n, step.from, step.to]), encode: { x: 0, y: [1, 2] },
      markLine: markLine(chart),
      renderItem(params, api) {
        const step = steps[params.dataIndex];
        const from = api.coord([params.dataIndex, step.from]), to = api.coord([params.dataIndex, step.to]);
        const next = api.coord([params.dataIndex + 1, step.to]);
        const width = Math.min(api.size([1, 0])[0] * 0.62, 56), top = Math.min(from[1], to[1]);
        const children = [
          { type: "rect", shape: { x: to[0] - width / 2, y: top, width, height: Math.max(1, Math.abs(from[1] - to[1])) },
            style: { fill: step.colour } },
          { type: "text", style: { text: (step.value > 0 && step.from !== 0 ? "+" : "") + short(step.value), x: to[0], y: top - 4, fill: INK,
            stroke: "#fff", lineWidth: 3, align: "center", verticalAlign: "bottom", font: "12px " + font() } },
        ];
        if (params.dataIndex < steps.length - 1) {
          children.push({ type: "line", shape: { x1: to[0] + width / 2, y1: to[1], x2: next[0] - width / 2, y2: to[1] },
            style: { stroke: "#98a4b0", lineWidth: 1, lineDash: [3, 3] } });
        }
        return { type: "group", children };
      },
    }];
    return option;
  }

  function histogram(chart, wide) {
    const option = frame(chart, wide);
    const edges = chart.edges.map(Number);
    option.xAxis = { type: "value", min: edges[0], max: edges[edges.length - 1], axisLabel: { formatter: short, color: SOFT, hideOverlap: true },
      splitLine: { show: false } };
    option.yAxis = valueAxis({});
    option.grid.top = 32;
    option.tooltip = Object.assign(option.tooltip, { trigger: "item",
      formatter: (point) => chart.rows[point.dataIndex][0] + "  " + grouped(number(chart.rows[point.dataIndex][1])) });
    option.series = [{
      type: "custom", data: chart.rows.map((row, n) => [edges[n], edges[n + 1], number(row[1])]), encode: { x: [0, 1], y: 2 },
      markLine: markLine(chart, true),
      renderItem(params, api) {
        const from = api.coord([api.value(0), api.value(2)]), to = api.coord([api.value(1), 0]);
        const below = chart.line && api.value(1) <= number(chart.line.value);
        return { type: "rect", shape: { x: from[0] + 0.5, y: from[1], width: Math.max(1, to[0] - from[0] - 1), height: to[1] - from[1] },
          style: { fill: below ? TONES.overdue : TONES.accent } };
      },
    }];
    return option;
  }

  function sankey(chart, wide) {
    const option = frame(chart, wide);
    const names = Array.from(new Set(chart.rows.flatMap((row) => row.slice(0, 2))));
    delete option.legend;
    option.tooltip.trigger = "item";
    option.series = [{ type: "sankey", left: 4, right: wide < 480 ? 92 : 128, top: 8, bottom: 8, nodeGap: 18, emphasis: { focus: "adjacency" },
      label: { color: INK, fontSize: wide < 480 ? 11 : 13 }, lineStyle: { color: "source", opacity: 0.35 },
      data: names.map((name, n) => ({ name, itemStyle: { color: TONES[(chart.nodes || {})[name] || ORDER[n % ORDER.length]] } })),
      links: chart.rows.map(([source, target, value]) => ({ source, target, value: number(value) })) }];
    return option;
  }

  /* Places as tiles in five shades: no map is needed, and each tile is a link. */
  function tiles(chart, box) {
    const values = chart.rows.map((row) => number(row[1]) || 0);
    const most = Math.max(...values, 1);
    const grid = document.createElement("div");
    grid.className = "mb-tiles";
    chart.rows.forEach((row, n) => {
      const tile = document.createElement(chart.urls ? "a" : "div");
      tile.className = "mb-tile" + (values[n] > 0 ? " b" + Math.max(1, Math.ceil((values[n] / most) * 5)) : "");
      if (chart.urls) tile.href = chart.urls[n];
      const name = document.createElement("span"), value = document.createElement("b");
      name.textContent = row[0];
      value.textContent = said(chart, number(row[1]));
      tile.append(name, value);
      grid.append(tile);
    });
    box.classList.add("is-plain");
    box.removeAttribute("role");
    box.replaceChildren(grid);
  }

  const KINDS = { bars, stacked: bars, line: lines, waterfall, histogram, sankey, dots };
  let library = null;
  function echarts() {
    library = library || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = document.body.dataset.echarts;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  }

  /* Without the library the table of numbers opens instead. */
  async function draw(figure) {
    const source = document.getElementById(figure.dataset.chart);
    const box = figure.querySelector(".mb-chart-box");
    if (!source || figure.dataset.drawn) return;
    figure.dataset.drawn = "1";
    const chart = JSON.parse(source.textContent);
    if (chart.kind === "tiles") return tiles(chart, box);
    if (chart.kind === "dots") box.style.height = 72 + 26 * Math.max(3, chart.rows.length) + "px";
    try {
      const picture = (await echarts()).init(box, null, { renderer: "canvas" });
      picture.setOption(KINDS[chart.kind](chart, box.clientWidth));
      if (chart.urls) picture.on("click", (point) => { location.href = chart.urls[point.dataIndex]; });
      new ResizeObserver(() => {
        picture.resize();
        picture.setOption(KINDS[chart.kind](chart, box.clientWidth));
      }).observe(box);
    } catch (error) {
      console.warn(error);
      box.hidden = true;
      figure.querySelector("details").open = true;
    }
  }

  /* The picture as a file for reports: drawn once more, wide, as SVG, with its title and its words above it. */
  async function save(figure) {
    const chart = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const words = (chart.text || "").split(/(?<=。)|(?<=\.) /).filter(Boolean);
    const invented = document.querySelector(".mb-demo");
    if (invented) words.push(invented.textContent.trim());
    const top = 44 + 20 * words.length, wide = 960, high = 460;
    const picture = (await echarts()).init(null, null, { renderer: "svg", ssr: true, width: wide, height: high });
    picture.setOption(KINDS[chart.kind](chart, wide));
    const inner = picture.renderToSVGString().replace("<svg ", '<svg y="' + top + '" ');
    picture.dispose();
    const quoted = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    const line = (text, y, size) => '<text x="16" y="' + y + '" font-size="' + size + '" fill="' + INK + '">' + quoted(text) + "</text>";
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="' + wide + '" height="' + (top + high) + '" font-family="' +
      font() + '"><rect width="100%" height="100%" fill="#fff"/>' + line(chart.title, 30, 18) +
      words.map((text, n) => line(text, 54 + 20 * n, 14)).join("") + inner + "</svg>\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    link.download = chart.title + ".svg";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-save-picture]");
    if (button) save(button.closest("[data-chart]"));
  });

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  drawAll();
  document.addEventListener("htmx:afterSettle", drawAll);
})();
