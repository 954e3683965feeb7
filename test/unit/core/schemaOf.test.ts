/** Schemas that libraries make of code are part of what is sent. */
import { describe, expect, test } from 'vitest';
import type { LanguageId, PromptPart } from '../../../src/core/model.js';
import { analyzeText } from '../engineForTests.js';

const jsonOf = (part: PromptPart | undefined): unknown => (part ? JSON.parse(part.pieces.map((piece) => (piece.kind === 'text' ? piece.text : `"<${piece.name}>"`)).join('')) : null);
async function of(language: LanguageId, code: string, kind: PromptPart['kind']): Promise<unknown> {
  const { calls } = await analyzeText(language, code);
  return jsonOf(calls.flatMap((call) => call.request.parts).find((part) => part.kind === kind));
}

describe('pydantic', () => {
  // Compared by eye with model_json_schema() of pydantic 2 (docs.pydantic.dev/latest/concepts/json_schema, read 2026-11-25).
  test('a model as response format', async () => {
    const code = `from enum import Enum
from typing import Annotated, List, Literal, Optional
from openai import OpenAI
from pydantic import BaseModel, Field

class Mood(str, Enum):
    GOOD = "good"
    BAD = "bad"

class Person(BaseModel):
    name: str = Field(description="Full name")
    age: Optional[int] = None

class Event(BaseModel):
    """An event."""
    title: str
    people: List[Person]
    kind: Literal["a", "b"]
    mood: Mood
    score: float = 0.5
    def method(self): pass

OpenAI().chat.completions.parse(model="gpt-4o", messages=[], response_format=Event)
`;
    expect(await of('python', code, 'response-format')).toEqual({
      description: 'An event.', title: 'Event', type: 'object', required: ['title', 'people', 'kind', 'mood'],
      properties: {
        title: { title: 'Title', type: 'string' },
        people: { title: 'People', type: 'array', items: { title: 'Person', type: 'object', required: ['name'], properties: { name: { title: 'Name', type: 'string', description: 'Full name' }, age: { title: 'Age', anyOf: [{ type: 'integer' }, { type: 'null' }], default: null } } } },
        kind: { title: 'Kind', enum: ['a', 'b'], type: 'string' },
        mood: { title: 'Mood', enum: ['good', 'bad'], type: 'string' },
        score: { title: 'Score', type: 'number', default: 0.5 },
      },
    });
  });

  test('instructor', async () => {
    expect(await of('python', 'import instructor\nfrom openai import OpenAI\nfrom pydantic import BaseModel\nclass User(BaseModel):\n    name: str\nclient = instructor.from_openai(OpenAI())\nclient.chat.completions.create(model="gpt-4o", response_model=User, messages=[])\n', 'response-format')).toMatchObject({ title: 'User', required: ['name'] });
  });
});

describe('functions as tools', () => {
  test('an agent with decorated functions', async () => {
    const code = 'from agents import Agent, Runner, RunContextWrapper, function_tool\n@function_tool\ndef weather(ctx: RunContextWrapper, city: str, days: int = 3) -> str:\n    """Weather of a city."""\n    return city\nagent = Agent(name="a", instructions="Be brief.", model="gpt-4o", tools=[weather])\nRunner.run_sync(agent, "hi")\n';
    expect(await of('python', code, 'tools')).toEqual([{ name: 'weather', description: 'Weather of a city.', parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } }, required: ['city'] } }]);
  });

  test('a function given to Gemini and one given to Ollama', async () => {
    const tool = 'def add(a: int, b: int) -> int:\n    """Adds."""\n    return a + b\n';
    const wanted = [{ name: 'add', description: 'Adds.', parameters: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } }, required: ['a', 'b'] } }];
    expect(await of('python', `from google import genai\nfrom google.genai import types\n${tool}genai.Client().models.generate_content(model="gemini-2.5-flash", contents="hi", config=types.GenerateContentConfig(tools=[add]))\n`, 'tools')).toEqual(wanted);
    expect(await of('python', `import ollama\n${tool}ollama.chat(model="llama3", messages=[{"role": "user", "content": "hi"}], tools=[add])\n`, 'tools')).toEqual(wanted);
  });
});

describe('zod', () => {
  test('tools of the Vercel AI SDK', async () => {
    const code = "import { generateText, tool } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nimport { z } from 'zod';\ngenerateText({ model: openai('gpt-4o'), prompt: 'hi', tools: { weather: tool({ description: 'Weather.', inputSchema: z.object({ city: z.string().describe('City'), days: z.number().int().optional(), unit: z.enum(['c', 'f']) }), execute: async () => 1 }) } });\n";
    expect(await of('typescript', code, 'tools')).toEqual([{ name: 'weather', description: 'Weather.', parameters: { type: 'object', additionalProperties: false, required: ['city', 'unit'], properties: { city: { type: 'string', description: 'City' }, days: { type: 'integer' }, unit: { type: 'string', enum: ['c', 'f'] } } } }]);
  });

  test('generateObject and zodResponseFormat', async () => {
    const schema = 'z.object({ name: z.string(), tags: z.array(z.string()), age: z.number().nullable() })';
    const wanted = { type: 'object', additionalProperties: false, required: ['name', 'tags', 'age'], properties: { name: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } }, age: { anyOf: [{ type: 'number' }, { type: 'null' }] } } };
    expect(await of('typescript', `import { generateObject } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nimport { z } from 'zod';\nconst schema = ${schema};\ngenerateObject({ model: openai('gpt-4o'), prompt: 'hi', schema });\n`, 'response-format')).toEqual(wanted);
    expect(await of('typescript', `import OpenAI from 'openai';\nimport { zodResponseFormat } from 'openai/helpers/zod';\nimport { z } from 'zod';\nnew OpenAI().chat.completions.parse({ model: 'gpt-4o', messages: [], response_format: zodResponseFormat(${schema}, 'person') });\n`, 'response-format')).toEqual({ type: 'json_schema', name: 'person', strict: true, schema: wanted });
  });
});

test('classes that refer to themselves end', async () => {
  const code = 'from openai import OpenAI\nfrom pydantic import BaseModel\nclass Node(BaseModel):\n    name: str\n    next: "Node"\n    other: Node\nOpenAI().chat.completions.parse(model="gpt-4o", messages=[], response_format=Node)\n';
  expect(await of('python', code, 'response-format')).toMatchObject({ title: 'Node' });
});
