/** The command line: arguments → engine → reporter → exit code (0 clean, 1 findings, 2 failure). */
import { runCompare } from './commandLine/compare.js';
import { runCount } from './commandLine/count.js';
import { parseFlags } from './commandLine/flags.js';
import { runPrices } from './commandLine/prices.js';
import { runProviders } from './commandLine/providers.js';
import { runScan } from './commandLine/scanCommand.js';
import { version } from '../package.json';

const usage = `tokenfare ${version}: what LLM calls in source code cost, and where their data goes

  tokenfare scan [paths…]        calls, costs and findings of files and folders (default: .)
  tokenfare scan - --language L  the same for text on standard input
  tokenfare compare FILE[:LINE]  the same call at other providers
  tokenfare count --model M FILE|-   tokens of a text (several --model allowed)
  tokenfare prices               catalog prices (--provider P, --model M, --at DAY)
  tokenfare prices update --from URL|FILE   another price list, checked (--sha256, --public-key, --check)
  tokenfare prices reset         back to the built-in prices
  tokenfare prices export        the catalog as a price list of your own to start from
  tokenfare providers            providers, zones and keys
  tokenfare providers show P     all that is known about one: zones, prices, fees, pitfalls, sources
  tokenfare providers stats      what the catalog holds, and how old it is

  --format text|json     output format (default text; providers show: markdown, too)
  --at DAY|TIME          prices of that day, or of that moment (2026-11-23T10:00+08:00)
  --policy FILE          configuration instead of the tokenfare.yaml files above each file
  --currency CODE        currency to show (USD, CNY, EUR …)
  --fail-on LEVEL        exit 1 at findings of this level: error (default), warning, never
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
      case 'scan': return await runScan(rest, values);
      case 'compare': return await runCompare(rest, values);
      case 'count': return await runCount(rest, values);
      case 'prices': return await runPrices(rest, values);
      case 'providers': return await runProviders(rest, values);
      default: throw new Error(`unknown command "${command}"; there are scan, compare, count, prices and providers`);
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
