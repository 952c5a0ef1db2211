const { generateCase } = await import("./generate.ts");
const { load } = await import("./compare.ts");
const { referenceVerdict } = await import("../reference/evaluate.ts");
const { ROUTES } = await import("./routes/index.ts");
const { makeRandom } = await import("./random.ts");
const seed = Number(process.argv[2] ?? 1), n = Number(process.argv[3] ?? 600);
const by: any = {};
const cpu = () => { const u = process.cpuUsage(); return (u.user + u.system) / 1000; };
const add = (size: string, what: string, t: number) => { by[size] ??= {}; by[size][what] = (by[size][what] ?? 0) + t; };
for (let i = 0; i < n; i++) {
  let t = cpu();
  const c = generateCase(seed, i);
  const size = c.flows.length + "";
  let u = cpu(); add(size, "gen", u - t); t = u;
  const l = load(c.objects, c.options); u = cpu(); add(size, "load", u - t); t = u;
  const input = { objects: c.objects, options: c.options };
  for (const f of c.flows) referenceVerdict(input, f);
  u = cpu(); add(size, "ref", u - t); t = u;
  for (const r of ROUTES) { await r.ask({ ...c, state: (l as any).state, random: makeRandom(i) }, c.flows); u = cpu(); add(size, r.name, u - t); t = u; }
  add(size, "flows", c.flows.length); add(size, "cases", 1);add(size, "classes", (l as any).state.counts.classes);
}
const total: any = {};
for (const v of Object.values(by) as any[]) for (const k in v) total[k] = (total[k] ?? 0) + v[k];
for (const [s, v] of [...Object.entries(by), ["all", total]] as any) console.log(s.padStart(6), Object.entries(v).map(([k, t]: any) => `${k} ${["flows", "cases"].includes(k) ? t : k === "classes" ? (t / v.cases).toFixed(0) : (t / v.flows * 1000).toFixed(1) + "µs"}`).join("  "));
