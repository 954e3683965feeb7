const fs = require('node:fs');
const { OpenAI } = require('openai');

const client = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });

/** Speech to text, a summary of it, a cover picture. */
module.exports = async function digest(file) {
  const speech = await client.audio.transcriptions.create({ model: 'whisper-1', file: fs.createReadStream(file) });
  const summary = await client.chat.completions.create({
    model: process.env.DIGEST_MODEL || 'gpt-4.1-mini',
    messages: [
      { role: 'system', content: 'Summarise the transcript in five bullet points.' },
      { role: 'user', content: speech.text },
    ],
    max_tokens: 300,
  });
  const cover = await client.images.generate({ model: 'gpt-image-2', prompt: 'A calm cover picture for a podcast about cycling' });
  return { summary: summary.choices[0].message.content, cover: cover.data[0] };
};
