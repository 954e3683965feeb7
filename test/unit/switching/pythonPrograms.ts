/** The same small programs in Python, in each SDK's own words, synchronous and asynchronous. */
import type { Feature } from './programs.js';

export type PythonFeature = Feature | 'async' | 'agent';

const schema = '{"type": "object", "properties": {"heard": {"type": "string"}}, "required": ["heard"]}';
const weather = '{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}';
const turns = (indent: string): string => `[\n${indent}    {"role": "user", "content": "Where is Lyon?"},\n${indent}    {"role": "assistant", "content": "In France."},\n${indent}    {"role": "user", "content": question},\n${indent}]`;
const chatTurns = turns('    ').replace('[\n', '[\n        {"role": "system", "content": "Be brief."},\n');

interface Chat {
  readonly head: string;
  readonly call: string;
  readonly asyncHead: string;
  readonly asyncCall: string;
  readonly model: string;
  readonly stream: string;
  readonly streamArgument: string;
  readonly answer: string;
  readonly chunk: string;
  readonly extra: string;
  readonly tokens: readonly [string, string];
  readonly multimodal?: string;
}

const chatLike = ({ head, call, asyncHead, asyncCall, model, stream, streamArgument, answer, chunk, extra, tokens, multimodal }: Chat): Record<PythonFeature, string> => ({
  conversation: `${head}
question = "And Nice?"
response = ${call}(
    model="${model}",  # the usual one
    messages=${chatTurns},
    max_tokens=100,
    temperature=0.2,
    stop="END",${extra}
)
print(response${answer})
print(response.usage.${tokens[0]}, response.usage.${tokens[1]})
`,
  stream: `${head}
text = ""
for chunk in ${stream}(
    model="${model}",
    messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Count."}],${extra}${streamArgument}
):
    if ${chunk} is not None:
        text += ${chunk}
print(text)
`,
  tools: `import json
${head}
tools = [{"type": "function", "function": {"name": "weather", "description": "Weather of a city", "parameters": ${weather}}}]
response = ${call}(model="${model}", messages=[{"role": "user", "content": "Weather in Paris?"}], tools=tools, tool_choice="auto"${extra.trim() === '' ? '' : `, ${extra.trim().replace(/,$/, '')}`})
print(response${answer})
`,
  agent: `import json
${head}

def answer(question: str) -> str:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": question},
    ]
    response = ${call}(model="${model}", messages=messages${extra.trim() === '' ? '' : `, ${extra.trim().replace(/,$/, '')}`})
    return response${answer}


print(answer("And Nice?"))
`,
  image: `${head}
data = "aGk="
response = ${multimodal ?? call}(
    model="${model}",
    messages=[{"role": "user", "content": ${multimodal ? '[{"text": "What is it?"}, {"image": f"data:image/png;base64,{data}"}]' : '[{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}]'}}],
)
print(response${answer})
`,
  json: `import json
${head}
response = ${call}(
    model="${model}",
    messages=[{"role": "user", "content": "As JSON, please."}],
    response_format={"type": "json_schema", "json_schema": {"name": "answer", "schema": ${schema}}},${extra}
)
print(json.loads(response${answer})["heard"])
`,
  async: `import asyncio
${asyncHead}

async def main():
    response = await ${asyncCall}(
        model="${model}",
        messages=[{"role": "user", "content": "Count."}],${extra.replace('\n    ', '\n        ')}
    )
    print(response${answer})


asyncio.run(main())
`,
});

export const pythonPrograms: Readonly<Record<string, Record<PythonFeature, string>>> = {
  openai: chatLike({
    head: 'from openai import OpenAI\n\nclient = OpenAI()', call: 'client.chat.completions.create', asyncHead: 'from openai import AsyncOpenAI\n\nclient = AsyncOpenAI()', asyncCall: 'client.chat.completions.create', model: 'gpt-4.1-mini',
    stream: 'client.chat.completions.create', streamArgument: '\n    stream=True,', answer: '.choices[0].message.content', chunk: 'chunk.choices[0].delta.content', extra: '', tokens: ['prompt_tokens', 'completion_tokens'],
  }),
  litellm: chatLike({
    head: 'from litellm import completion\n', call: 'completion', asyncHead: 'from litellm import acompletion\n', asyncCall: 'acompletion', model: 'deepseek/deepseek-flash',
    stream: 'completion', streamArgument: '\n    stream=True,', answer: '.choices[0].message.content', chunk: 'chunk.choices[0].delta.content', extra: '', tokens: ['prompt_tokens', 'completion_tokens'],
  }),
  mistral: chatLike({
    head: 'import os\nfrom mistralai.client import Mistral\n\nclient = Mistral(api_key=os.environ["MISTRAL_API_KEY"])', call: 'client.chat.complete', asyncHead: 'import os\nfrom mistralai.client import Mistral\n\nclient = Mistral(api_key=os.environ["MISTRAL_API_KEY"])', asyncCall: 'client.chat.complete_async', model: 'mistral-small-latest',
    stream: 'client.chat.stream', streamArgument: '', answer: '.choices[0].message.content', chunk: 'chunk.data.choices[0].delta.content', extra: '', tokens: ['prompt_tokens', 'completion_tokens'],
  }),
  dashscope: chatLike({
    head: 'import os\nfrom dashscope import Generation\n', call: 'Generation.call', asyncHead: 'import os\nfrom dashscope import AioGeneration\n', asyncCall: 'AioGeneration.call', model: 'qwen-plus',
    stream: 'Generation.call', streamArgument: '\n    stream=True,\n    incremental_output=True,', answer: '.output.choices[0].message.content', chunk: 'chunk.output.choices[0].message.content', extra: '\n    result_format="message",', tokens: ['input_tokens', 'output_tokens'], multimodal: 'MultiModalConversation.call',
  }),
  'openai-responses': (() => {
    const head = 'from openai import OpenAI\n\nclient = OpenAI()';
    return {
      conversation: `${head}
question = "And Nice?"
response = client.responses.create(
    model="gpt-4.1-mini",  # the usual one
    instructions="Be brief.",
    input=${turns('    ')},
    max_output_tokens=100,
    temperature=0.2,
    store=False,
)
print(response.output_text)
print(response.usage.input_tokens, response.usage.output_tokens)
`,
      stream: `${head}
text = ""
for event in client.responses.create(model="gpt-4.1-mini", instructions="Be brief.", input="Count.", stream=True):
    if event.type == "response.output_text.delta":
        text += event.delta
print(text)
`,
      tools: `${head}
tools = [{"type": "function", "name": "weather", "description": "Weather of a city", "parameters": ${weather}}]
response = client.responses.create(model="gpt-4.1-mini", input="Weather in Paris?", tools=tools, tool_choice="auto")
print(response.output_text)
`,
      agent: `${head}

def answer(question: str) -> str:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": question},
    ]
    response = client.responses.create(model="gpt-4.1-mini", input=messages)
    return response.output_text


print(answer("And Nice?"))
`,
      image: `${head}
data = "aGk="
response = client.responses.create(
    model="gpt-4.1-mini",
    input=[{"role": "user", "content": [{"type": "input_text", "text": "What is it?"}, {"type": "input_image", "image_url": f"data:image/png;base64,{data}"}]}],
)
print(response.output_text)
`,
      json: `import json
${head}
response = client.responses.create(
    model="gpt-4.1-mini",
    input="As JSON, please.",
    text={"format": {"type": "json_schema", "name": "answer", "schema": ${schema}}},
)
print(json.loads(response.output_text)["heard"])
`,
      async: `import asyncio
from openai import AsyncOpenAI

client = AsyncOpenAI()

async def main():
    response = await client.responses.create(model="gpt-4.1-mini", input="Count.")
    print(response.output_text)


asyncio.run(main())
`,
    };
  })(),
  anthropic: (() => {
    const head = 'from anthropic import Anthropic\n\nclient = Anthropic()';
    return {
      conversation: `${head}
question = "And Nice?"
response = client.messages.create(
    model="claude-haiku-4-5",  # the usual one
    max_tokens=100,
    system="Be brief.",
    messages=${turns('    ')},
    temperature=0.2,
    stop_sequences=["END"],
)
print(response.content[0].text)
print(response.usage.input_tokens, response.usage.output_tokens)
`,
      stream: `${head}
text = ""
with client.messages.stream(
    model="claude-haiku-4-5",
    max_tokens=100,
    system="Be brief.",
    messages=[{"role": "user", "content": "Count."}],
) as stream:
    for piece in stream.text_stream:
        text += piece
print(text)
`,
      tools: `${head}
tools = [{"name": "weather", "description": "Weather of a city", "input_schema": ${weather}}]
response = client.messages.create(model="claude-haiku-4-5", max_tokens=100, messages=[{"role": "user", "content": "Weather in Paris?"}], tools=tools, tool_choice={"type": "auto"})
print(response.content[0].text)
`,
      agent: `${head}

def answer(question: str) -> str:
    messages = [{"role": "user", "content": question}]
    response = client.messages.create(model="claude-haiku-4-5", max_tokens=100, system="Be brief.", messages=messages)
    return response.content[0].text


print(answer("And Nice?"))
`,
      image: `${head}
data = "aGk="
response = client.messages.create(
    model="claude-haiku-4-5",
    max_tokens=100,
    messages=[{"role": "user", "content": [{"type": "text", "text": "What is it?"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}]}],
)
print(response.content[0].text)
`,
      json: `import json
${head}
response = client.messages.create(
    model="claude-haiku-4-5",
    max_tokens=100,
    messages=[{"role": "user", "content": "As JSON, please."}],
    output_config={"format": {"type": "json_schema", "schema": ${schema}}},
)
print(json.loads(response.content[0].text)["heard"])
`,
      async: `import asyncio
from anthropic import AsyncAnthropic

client = AsyncAnthropic()

async def main():
    response = await client.messages.create(model="claude-haiku-4-5", max_tokens=100, messages=[{"role": "user", "content": "Count."}])
    print(response.content[0].text)


asyncio.run(main())
`,
    };
  })(),
  'google-genai': (() => {
    const head = 'from google import genai\nfrom google.genai import types\n\nclient = genai.Client()';
    return {
      conversation: `${head}
question = "And Nice?"
response = client.models.generate_content(
    model="gemini-2.5-flash",  # the usual one
    contents=[
        types.Content(role="user", parts=[types.Part.from_text(text="Where is Lyon?")]),
        types.Content(role="model", parts=[types.Part.from_text(text="In France.")]),
        types.Content(role="user", parts=[types.Part.from_text(text=question)]),
    ],
    config=types.GenerateContentConfig(
        system_instruction="Be brief.",
        max_output_tokens=100,
        temperature=0.2,
        stop_sequences=["END"],
    ),
)
print(response.text)
print(response.usage_metadata.prompt_token_count, response.usage_metadata.candidates_token_count)
`,
      stream: `${head}
text = ""
for chunk in client.models.generate_content_stream(model="gemini-2.5-flash", contents="Count.", config={"system_instruction": "Be brief."}):
    text += chunk.text or ""
print(text)
`,
      tools: `${head}
response = client.models.generate_content(
    model="gemini-2.5-flash",
    contents="Weather in Paris?",
    config={"tools": [{"function_declarations": [{"name": "weather", "description": "Weather of a city", "parameters_json_schema": ${weather}}]}]},
)
print(response.text)
`,
      agent: `${head}

def answer(question: str) -> str:
    response = client.models.generate_content(model="gemini-2.5-flash", contents=f"{question}", config={"system_instruction": "Be brief."})
    return response.text


print(answer("And Nice?"))
`,
      image: `${head}
data = "aGk="
response = client.models.generate_content(
    model="gemini-2.5-flash",
    contents=[{"role": "user", "parts": [{"text": "What is it?"}, {"inline_data": {"mime_type": "image/png", "data": data}}]}],
)
print(response.text)
`,
      json: `import json
${head}
response = client.models.generate_content(
    model="gemini-2.5-flash",
    contents="As JSON, please.",
    config={"response_mime_type": "application/json", "response_json_schema": ${schema}},
)
print(json.loads(response.text)["heard"])
`,
      async: `import asyncio
from google import genai

client = genai.Client()

async def main():
    response = await client.aio.models.generate_content(model="gemini-2.5-flash", contents="Count.")
    print(response.text)


asyncio.run(main())
`,
    };
  })(),
};
pythonPrograms['dashscope']!.image = pythonPrograms['dashscope']!.image.replace('from dashscope import Generation', 'from dashscope import MultiModalConversation');
