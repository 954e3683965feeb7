"""Search: embeddings at OpenAI, the answer from DeepSeek behind the same client class."""
import os

from openai import OpenAI

embedder = OpenAI()
writer = OpenAI(base_url="https://api.deepseek.com", api_key=os.environ["DEEPSEEK_API_KEY"])


def embed(texts: list[str]) -> list[list[float]]:
    result = embedder.embeddings.create(model="text-embedding-3-small", input=texts)
    return [item.embedding for item in result.data]


def write(question: str, passages: list[str]) -> str:
    context = "\n\n".join(f"- {passage}" for passage in passages)
    reply = writer.chat.completions.create(
        model="deepseek-flash",
        messages=[
            {"role": "system", "content": "Answer from the passages only. Say so when they do not help."},
            {"role": "user", "content": f"Passages:\n{context}\n\nQuestion: {question}"},
        ],
        max_tokens=500,
    )
    return reply.choices[0].message.content
