"""Calls on the company's own terms: an Azure deployment, a model on this machine, an exception with its reason."""
from openai import AzureOpenAI, OpenAI

azure = AzureOpenAI(azure_endpoint="https://acme.openai.azure.com", api_version="2024-10-21")
local = OpenAI(base_url="http://localhost:11434/v1", api_key="none")
public = OpenAI()


def summarise(ticket: str) -> str:
    # The deployment's name is mapped to a model in tokenfare.yaml; its region is not in the code.
    # tokenfare: calls=200/day ticket=900
    reply = azure.chat.completions.create(
        model="support-prod",
        messages=[{"role": "user", "content": f"Summarise this ticket in two sentences:\n{ticket}"}],
        max_completion_tokens=120,
    )
    return reply.choices[0].message.content


def redact(ticket: str) -> str:
    reply = local.chat.completions.create(
        model="llama3.1:8b",
        messages=[{"role": "user", "content": "Replace names and addresses by [...]:\n" + ticket}],
    )
    return reply.choices[0].message.content


def is_harmful(text: str) -> bool:
    # tokenfare: ignore[residency] texts are public reviews
    result = public.moderations.create(model="omni-moderation-latest", input=text)
    return result.results[0].flagged
