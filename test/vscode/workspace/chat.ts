import OpenAI from 'openai';

const client = new OpenAI();
const model = 'gpt-4o-mini';

export async function summarize(text: string) {
  return client.chat.completions.create({
    model,
    messages: [
      { role: 'system', content: 'Summarize in one sentence.' },
      { role: 'user', content: text },
    ],
    max_tokens: 60,
  });
}
