/** Runs the suite inside an extension host (Node or web worker) and reports every test as it ends. */
/// <reference types="mocha" />
import * as vscode from 'vscode';

/** What the runner outside gets for each test, as JSON. */
export type SuiteEvent =
  | { readonly event: 'pass' | 'skip'; readonly title: string; readonly milliseconds: number }
  | { readonly event: 'fail'; readonly title: string; readonly milliseconds: number; readonly message: string }
  | { readonly event: 'end'; readonly message?: string };

/**
 * Loads `files` (each registers its tests when called) and runs them with the Mocha that `create` makes. Events go to the address in the
 * setting `tokenfareTest.results` if there is one; rejects when a test failed, which ends a desktop run.
 */
export async function runSuite(create: (options: Mocha.MochaOptions) => Mocha, host: 'node' | 'browser', files: readonly (() => Promise<unknown>)[]): Promise<void> {
  const report = reporter();
  try {
    const mocha = create({ ui: 'bdd', reporter: Quiet, timeout: 30_000, slow: 5_000 });
    mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, '', mocha);
    for (const load of files) await load();
    const failures = await new Promise<number>((resolve) => {
      const runner = mocha.run(resolve);
      const label = (test: Mocha.Test | Mocha.Hook) => `${host}: ${test.fullTitle()}`;
      runner.on('pass', (test) => report({ event: 'pass', title: label(test), milliseconds: test.duration ?? 0 }));
      runner.on('pending', (test) => report({ event: 'skip', title: label(test), milliseconds: 0 }));
      runner.on('fail', (test, error: Error) => report({
        event: 'fail', title: label(test), milliseconds: test.duration ?? 0, message: error.stack ?? String(error),
      }));
    });
    await report({ event: 'end' });
    if (failures > 0) throw new Error(`${failures} tests failed`);
  } catch (error) {
    await report({ event: 'end', message: error instanceof Error ? error.stack ?? error.message : String(error) });
    throw error;
  }
}

/** Mocha wants a reporter; ours sits outside. */
const Quiet = class {} as unknown as Mocha.ReporterConstructor;

/** Sends events in order; without an address they go to the console. */
function reporter(): (event: SuiteEvent) => Promise<void> {
  const address = vscode.workspace.getConfiguration('tokenfareTest').get<string>('results');
  let last = Promise.resolve();
  return (event) => {
    last = last.then(async () => {
      if (address) await fetch(address, { method: 'POST', body: JSON.stringify(event) });
      else console.log(event.event, 'title' in event ? event.title : '', 'message' in event ? event.message ?? '' : '');
    });
    return last;
  };
}
