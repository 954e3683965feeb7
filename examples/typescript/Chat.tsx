import { GoogleGenAI } from '@google/genai';

const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });
const model = process.env.CHAT_MODEL ?? 'gemini-2.5-flash-lite';

export function Chat({ question, onAnswer }: { question: string; onAnswer: (text: string) => void }) {
  const ask = async () => {
    const response = await ai.models.generateContent({
      model,
      contents: [{ role: 'user', parts: [{ text: `Answer briefly: ${question}` }] }],
      config: { systemInstruction: 'You are a patient tutor.', maxOutputTokens: 250 },
    });
    onAnswer(response.text ?? '');
  };
  return <button onClick={ask}>Ask</button>;
}
