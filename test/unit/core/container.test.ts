import { describe, expect, it } from 'vitest';
import { openContainer, type Contained } from '../../../src/core/container.js';
import { analyzeText } from '../engineForTests.js';

const notebook = (cells: unknown[], metadata: object = { kernelspec: { language: 'python' } }): string => JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
const code = (source: string | string[]) => ({ cell_type: 'code', source, outputs: [], execution_count: null, metadata: {} });
const open = (path: string, text: string): Contained => {
  const found = openContainer(path, text);
  if (!found || !('text' in found)) throw new Error('not opened');
  return found;
};
async function calls(path: string, text: string) {
  const contained = open(path, text);
  const analysis = await analyzeText(contained.language, contained.text);
  return analysis.calls.map((call) => ({ ...contained.placeOf(call.calleeRange.start), model: call.request.model.values[0] }));
}

describe('notebooks', () => {
  it('cells share one namespace in order; places are those of the cell, counted over all cells', async () => {
    const text = notebook([
      { cell_type: 'markdown', source: ['# Costs\n'] },
      code(['%pip install openai\n', 'from openai import OpenAI\n', 'client = OpenAI()\n', 'MODEL = "gpt-4o-mini"']),
      code('!ls\nx = 1'),
      { cell_type: 'raw', source: 'client.chat.completions.create()' },
      code(['x = 2\n', 'r = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "héllo 🎈"}])\n']),
    ]);
    expect(await calls('a.ipynb', text)).toEqual([{ cell: 4, line: 2, column: 5, model: 'gpt-4o-mini' }]);
  });

  it('magics of a cell: other languages are left out, timing is not', async () => {
    const text = notebook([
      code('from openai import OpenAI\nclient = OpenAI()'), code('%%bash\nclient.chat.completions.create(model="gpt-4", messages=[])'),
      code('%%time\nclient.chat.completions.create(model="gpt-4o", messages=[])'),
    ]);
    expect(await calls('b.ipynb', text)).toEqual([{ cell: 2, line: 2, column: 1, model: 'gpt-4o' }]);
  });

  it('old format, source as one string, kernels we do not read', () => {
    expect(open('c.ipynb', JSON.stringify({ nbformat: 3, worksheets: [{ cells: [{ cell_type: 'code', input: ['x = 1\n'] }] }] })).text).toBe('x = 1\n\n');
    expect(openContainer('d.ipynb', notebook([code('1 + 1')], { kernelspec: { language: 'julia' } }))).toBeNull();
    expect(openContainer('e.ipynb', notebook([{ cell_type: 'markdown', source: 'text' }]))).toBeNull();
  });

  it.each(['', '{', '[]', '{"cells": 5}', 'null', '{"cells":'])('%j is unreadable, not an exception', (text) => {
    expect(openContainer('f.ipynb', text)).toMatchObject({ unreadable: expect.any(String) });
  });

  it('takes broken cells for empty ones', () => {
    expect(open('g.ipynb', notebook([null, 5, code('x = 1'), { cell_type: 'code' }, { cell_type: 'code', source: [1, 'y = 2'] }])).text).toBe('x = 1\n\ny = 2\n');
  });
});

describe('components', () => {
  it('Vue: script blocks in place, TypeScript by its attribute', async () => {
    const text = '<template>\n  <p>{{ client.chat.completions.create() }}</p>\n</template>\n<script setup lang="ts">\nimport OpenAI from \'openai\';\nconst client = new OpenAI();\nconst ask = (): Promise<unknown> => client.chat.completions.create({ model: \'gpt-4o\', messages: [] });\n</script>\n<style>p { color: red }</style>\n';
    expect(await calls('A.vue', text)).toEqual([{ cell: null, line: 7, column: 37, model: 'gpt-4o' }]);
    expect(open('A.vue', text).language).toBe('typescript');
  });

  it('Svelte, two blocks, and a component without script', async () => {
    const text = "<script context=\"module\">\nimport OpenAI from 'openai';\n</script>\n<script>\nconst c = new OpenAI();\nc.chat.completions.create({ model: 'gpt-4o', messages: [] });\n</script>\n<p>hi</p>";
    expect(await calls('B.svelte', text)).toEqual([{ cell: null, line: 6, column: 1, model: 'gpt-4o' }]);
    expect(openContainer('C.svelte', '<p>hi</p>')).toBeNull();
  });
});

it('other files are no containers', () => {
  expect(openContainer('a.py', 'x = 1')).toBeNull();
});
