import os

from openai import OpenAI

client = OpenAI(
    base_url="https://dashscope.aliyuncs.com/compatible-mode/v1",
    api_key=os.environ["DASHSCOPE_API_KEY"],
)

reply = client.chat.completions.create(
    model="qwen-plus",
    messages=[{"role": "user", "content": "Translate this contract."}],
    max_tokens=500,
)
