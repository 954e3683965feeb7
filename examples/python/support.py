"""Answers customers. Hover over a call to see what it costs."""
import os

from openai import OpenAI

SYSTEM = """You are the support assistant of a bicycle shop.
Answer in at most three sentences. If an order number is missing, ask for it.
Never promise a delivery date that is not in the order."""

client = OpenAI(base_url="https://eu.api.openai.com/v1")


def answer(question: str, model: str = "gpt-5.4-mini") -> str:
    reply = client.chat.completions.create(
        model=model,
        messages=[
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": f"Question: {question}"},
        ],
        max_completion_tokens=400,
    )
    return reply.choices[0].message.content


def converse(turns: list[str]) -> str:
    messages = [{"role": "system", "content": SYSTEM}]
    for turn in turns:
        messages.append({"role": "user", "content": turn})
    # tokenfare: output=120
    reply = client.chat.completions.create(model="gpt-4o-mini", messages=messages)
    return reply.choices[0].message.content


def classify(text: str) -> str:
    model = os.environ.get("CLASSIFIER_MODEL", "gpt-5-nano")
    return client.responses.create(
        model=model,
        instructions="Answer with one word: complaint, question or praise.",
        input=text,
        max_output_tokens=16,
    ).output_text
