import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const RULES = `You review pull requests.
Name bugs first, then unclear names, then missing tests. Quote the line you mean.`;

/** Reviews diffs. The light bulb on a call moves it to another provider. */
export class Reviewer {
  private readonly client = new OpenAI();

  constructor(private readonly model: string = 'gpt-5.4') {}

  async review(diff: string): Promise<string> {
    const answer = await this.client.chat.completions.create({
      model: this.model,
      messages: [
        { role: 'system', content: RULES },
        { role: 'user', content: `Review this diff:\n\n${diff}` },
      ],
      max_completion_tokens: 1500,
      store: false,
    });
    return answer.choices[0]?.message.content ?? '';
  }

  async title(diff: string): Promise<string> {
    const gateway = new OpenAI({ baseURL: 'https://openrouter.ai/api/v1', apiKey: process.env.OPENROUTER_API_KEY });
    const answer = await gateway.chat.completions.create({
      model: 'mistralai/mistral-small-3.2-24b-instruct',
      messages: [{ role: 'user', content: `Write a title of at most ten words for this change:\n${diff}` }],
      max_tokens: 40,
    });
    return answer.choices[0]?.message.content ?? '';
  }
}

export async function explain(question: string) {
  const anthropic = new Anthropic();
  return anthropic.messages.stream({
    model: 'claude-sonnet-5',
    max_tokens: 2000,
    system: RULES,
    messages: [{ role: 'user', content: question }],
  });
}
