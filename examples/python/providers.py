"""The same question at other providers: where does the data go?"""
import os

import anthropic
import dashscope
from google import genai
from google.genai import types
from mistralai import Mistral

PROMPT = "Summarise this review in one sentence:\n\n{review}"


def with_claude(review: str) -> str:
    client = anthropic.Anthropic()
    message = client.messages.create(
        model="claude-haiku-4-5",
        max_tokens=300,
        messages=[{"role": "user", "content": PROMPT.format(review=review)}],
    )
    return message.content[0].text


def with_gemini(review: str) -> str:
    client = genai.Client(vertexai=True, project=os.environ["GOOGLE_CLOUD_PROJECT"], location="europe-west4")
    response = client.models.generate_content(
        model="gemini-2.5-flash",
        contents=PROMPT.format(review=review),
        config=types.GenerateContentConfig(max_output_tokens=300),
    )
    return response.text


def with_qwen(review: str) -> str:
    # No base URL: the package calls dashscope.aliyuncs.com, which is Beijing.
    response = dashscope.Generation.call(
        model="qwen-plus",
        messages=[{"role": "user", "content": PROMPT.format(review=review)}],
        result_format="message",
    )
    return response.output.choices[0].message.content


def with_mistral(review: str) -> str:
    with Mistral(api_key=os.environ["MISTRAL_API_KEY"]) as mistral:
        reply = mistral.chat.complete(
            model="mistral-small-latest",
            messages=[{"role": "user", "content": PROMPT.format(review=review)}],
        )
    return reply.choices[0].message.content


def with_last_years_model(review: str) -> str:
    client = anthropic.Anthropic()
    return client.messages.create(
        model="claude-3-7-sonnet-20250219",
        max_tokens=300,
        messages=[{"role": "user", "content": PROMPT.format(review=review)}],
    ).content[0].text
