from openai import OpenAI

client = OpenAI()
fare = "How many tokens does this sentence have?"


def answer(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": question},
        ],
        max_tokens=800,
    )
    return reply.choices[0].message.content


def fixed() -> str:
    reply = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": fare}],
        max_tokens=100,
    )
    return reply.choices[0].message.content
