/** The command line: arguments → engine → reporter → exit code (0 clean, 1 findings, 2 failure). */
import { runBudget } from './commandLine/budget.js';
import { runBaseline } from './commandLine/baseline.js';
import { runCompare } from './commandLine/compare.js';
import { runCount } from './commandLine/count.js';
import { runDiff } from './commandLine/diffCommand.js';
import { parseFlags } from './commandLine/flags.js';
import { runMerge } from './commandLine/mergeCommand.js';
import { runMeter } from './commandLine/meter.js';
import { runMigrate } from './commandLine/migrateCommand.js';
import { runPrices } from './commandLine/prices.js';
import { runProviders } from './commandLine/providers.js';
import { runReport, runScan } from './commandLine/scanCommand.js';
import { runSwitch } from './commandLine/switchCommand.js';
import { runUsage } from './commandLine/usage.js';
import { contributes, version } from '../package.json';
import texts from '../package.nls.json';

const usage = `tokenfare ${version}: what LLM calls in source code cost, and where their data goes

  tokenfare scan [paths…]        calls, costs and findings of files and folders (default: .)
  tokenfare scan - --language L  the same for text on standard input
  tokenfare baseline [paths…]    records the present findings, so that only new ones count
  tokenfare report [paths…]      the same as one page that opens in any browser (--out report.html)
  tokenfare diff BASE [HEAD]     what a change costs: calls and findings between two revisions (HEAD: the working tree)
  tokenfare merge REPORT…        shards, or several repositories, as one (reports of scan --format json)
  tokenfare compare FILE[:LINE]  the same call at other providers; a prompt file or - for a text
  tokenfare migrate --from P --to P   what moving every call of a provider comes to
  tokenfare mcp                  the same answers for agents, over standard input and output
  tokenfare count [--model M …] FILE|-   tokens of a text or picture; --remote asks the vendor, with your key
  tokenfare switch FILE[:LINE] --to PROVIDER[/MODEL]   the call at another provider, as a diff, and what is lost
                                 (--sdk SDK, --region ZONE, --fallback MODEL; --adapter: the call behind a
                                 module of its own; --write applies it)
  tokenfare prices               catalog prices (--provider P, --model M, --at DAY)
  tokenfare prices month --model M --calls N --input N --output N   a month's bill, plans beside it; several --model:
                                 what a move saves; --fee AMOUNT: when a flat fee pays (--cached, --tier, --free)
  tokenfare prices update --from URL|FILE   another price list, checked (--sha256, --public-key, --check)
  tokenfare prices reset         back to the built-in prices
  tokenfare prices export        the catalog as a price list of your own to start from
  tokenfare providers            providers, zones and keys
  tokenfare providers show P     all that is known about one: zones, prices, fees, pitfalls, sources
  tokenfare providers stats      what the catalog holds, and how old it is
  tokenfare meter -- COMMAND     runs a command and meters its LLM requests (--port N, --upstream HOST=URL, --otlp)
  tokenfare usage                measured usage (--period month, --by provider|model|project|day|source|site, --source S)
  tokenfare usage import --from KIND [PATH]   logs of gateways, vendors and coding agents (--billing api|subscription)
  tokenfare usage compact | retain --months N | delete [--source S] --yes
  tokenfare usage send --to URL  the records as OTLP traces to a collector
  tokenfare usage sync           with the team's PostgreSQL in TOKENFARE_TEAM_URL (sync init ROLE=PROJECT,… makes its tables)
  tokenfare usage fetch --from URL   spend logs of a LiteLLM proxy (key in LITELLM_API_KEY)
  tokenfare budget               budgets against measured usage; exit 1 when one is used up

  --format NAME          scan, report: text, json, markdown, csv, html, sarif, github; merge: the first five; diff, migrate: text, json, markdown;
                         compare: text, json, markdown, csv; usage: csv, focus, too; others: text, json (providers show: markdown)
  --out FILE             into a file instead of standard output
  --at DAY|TIME          prices of that day, or of that moment (2026-11-23T10:00+08:00)
  --policy FILE          configuration instead of the tokenfare.yaml files above each file
  --organisation FILE    policy of the organisation, below all others; what they say only comes on top
  --baseline FILE        findings that do not count (default tokenfare-baseline.json; none = all count)
  --currency CODE        currency to show (USD, CNY, EUR …)
  --fail-on LEVEL        exit 1 at findings of this level: error (default), warning, info, never
  --max-increase LIMIT   diff: exit 1 when the cost grows by more, e.g. 10% or 50 (a month where it is known)
  --fail-over-budget     exit 1 when a month takes more than the budget of tokenfare.yaml
  --shard 3/10           scan: only this part of the files; merge puts the parts together (--allow-partial: without some)
  --all                  compare: every priced model; --model M: only these
  --calls-per-day N, --output-tokens N, --cache-hits 60%, --batch 50%, --peak 30%, --images N, --added-tokens N,
  --growth 5%, --months N, --discount N, --flat-fee N   compare: under these circumstances (or scenario in tokenfare.yaml)
  --markdown             code fences of Markdown files, too
  --verbose              list everything that was skipped
  --help, --version

Exit codes: 0 clean, 1 findings, 2 failure.
`;

async function main(words: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parseFlags>;
  try {
    parsed = parseFlags(words);
  } catch (error) {
    return fail(error, ' (tokenfare --help lists the options)');
  }
  const { values, positionals } = parsed;
  const [command, ...rest] = positionals;
  if (values.version) { process.stdout.write(`${version}\n`); return 0; }
  if (values.help || command === undefined) { process.stdout.write(usage); return command === undefined && !values.help ? 2 : 0; }
  try {
    switch (command) {
      case 'scan': return await runScan(rest, values, version);
      case 'report': return await runReport(rest, values, 'html', version);
      case 'diff': return await runDiff(rest, values);
      case 'merge': return await runMerge(rest, values);
      case 'migrate': return await runMigrate(rest, values);
      case 'mcp': return await (await import('./commandLine/mcp.js')).runMcp(version, contributes.languageModelTools.map((tool) => ({ ...tool, displayName: (texts as Record<string, string>)[tool.displayName.replaceAll('%', '')] ?? tool.name })));
      case 'baseline': return await runBaseline(rest, values);
      case 'compare': return await runCompare(rest, values);
      case 'switch': return await runSwitch(rest, values);
      case 'count': return await runCount(rest, values);
      case 'prices': return await runPrices(rest, values);
      case 'meter': return await runMeter(rest, values);
      case 'usage': return await runUsage(rest, values);
      case 'budget': return await runBudget(rest, values);
      case 'providers': return await runProviders(rest, values);
      default: throw new Error(`unknown command "${command}"; there are scan, report, diff, merge, baseline, compare, switch, migrate, count, prices, providers, meter, usage, budget and mcp`);
    }
  } catch (error) {
    return fail(error, '');
  }
}

function fail(error: unknown, hint: string): number {
  process.stderr.write(`tokenfare: ${error instanceof Error ? error.message : String(error)}${hint}\n`);
  return 2;
}

// A reader that goes away (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EPIPE') process.exit(0); });
process.exitCode = await main(process.argv.slice(2));
