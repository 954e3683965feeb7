"""Small stand-ins for the Python packages: they take what the real ones document, refuse everything else, and answer
with text made of what they were sent, in the result objects of the real ones. Runs the programs named in the first
argument (a JSON list of {id, file}) and writes {id: {out, error}} to the second."""
import asyncio
import contextlib
import io
import json
import sys
import types as module_types
from types import SimpleNamespace as Thing

ENVIRONMENT = {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k", "GEMINI_API_KEY": "k", "MISTRAL_API_KEY": "k", "DASHSCOPE_API_KEY": "k", "DEEPSEEK_API_KEY": "k"}


def only(given, allowed, required, where):
    for name in given:
        if name not in allowed:
            raise TypeError(f"{where}: unexpected keyword argument {name!r}")
    for name in required:
        if name not in given:
            raise TypeError(f"{where}: missing {name!r}")


def image(url):
    if url.startswith("data:"):
        head, data = url[5:].split(";base64,")
        return f"[image {head} {data}]"
    return f"[image {url}]"


def heard(system, turns, wants_json, tools):
    text = " / ".join(f"{role}: {said}" for role, said in turns)
    if wants_json:
        return json.dumps({"heard": text})
    return (f"({system}) " if system else "") + text + (f" with {','.join(tools)}" if tools else "")


def chat_said(messages, parts):
    system, turns = [], []
    for message in messages:
        content = message["content"]
        text = content if isinstance(content, str) else "|".join(parts(part) for part in content)
        (system.append(text) if message["role"] in ("system", "developer") else turns.append((message["role"], text)))
    return "\n\n".join(system), turns


def openai_part(part):
    if part["type"] == "text":
        return part["text"]
    if part["type"] == "image_url":
        return image(part["image_url"] if isinstance(part["image_url"], str) else part["image_url"]["url"])
    raise TypeError(part["type"])


def pieces(text):
    return [text[at:at + 7] for at in range(0, len(text), 7)]


def chat_result(text):
    return Thing(id="c", choices=[Thing(message=Thing(role="assistant", content=text, tool_calls=None), finish_reason="stop")], usage=Thing(prompt_tokens=11, completion_tokens=7, total_tokens=18))


def chat_chunks(text, counts=False):
    yield Thing(choices=[Thing(delta=Thing(content=None), finish_reason=None)], usage=None)
    for piece in pieces(text):
        yield Thing(choices=[Thing(delta=Thing(content=piece), finish_reason=None)], usage=None)
    yield Thing(choices=[Thing(delta=Thing(content=None), finish_reason="stop")], usage=None)
    if counts:
        yield Thing(choices=[], usage=Thing(prompt_tokens=11, completion_tokens=7, total_tokens=18))


class Stream:
    """An iterator that also stands in a `with`."""

    def __init__(self, events):
        self.events = events

    def __iter__(self):
        return iter(self.events)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


CHAT = {"model", "messages", "stream", "temperature", "top_p", "n", "stop", "max_tokens", "max_completion_tokens", "presence_penalty", "frequency_penalty", "response_format", "tools", "tool_choice", "seed", "stream_options", "parallel_tool_calls", "reasoning_effort", "extra_body", "timeout"}


def chat(given, where, allowed=CHAT):
    only(given, allowed, ["model", "messages"], where)
    for tool in given.get("tools", []):
        only(tool, {"type", "function"}, ["type", "function"], "tool")
    system, turns = chat_said(given["messages"], openai_part)
    return heard(system, turns, given.get("response_format", {}).get("type") not in (None, "text"), [tool["function"]["name"] for tool in given.get("tools", [])])


def openai_module():
    def create(**given):
        text = chat(given, "chat.completions.create")
        return Stream(chat_chunks(text, given.get("stream_options", {}).get("include_usage"))) if given.get("stream") else chat_result(text)

    def respond(**given):
        only(given, {"model", "input", "instructions", "max_output_tokens", "temperature", "top_p", "stream", "tools", "tool_choice", "text", "store", "reasoning", "parallel_tool_calls"}, ["model", "input"], "responses.create")
        for tool in given.get("tools", []):
            only(tool, {"type", "name", "description", "parameters", "strict"}, ["type", "name"], "tool")
        def part(each):
            return each["text"] if each["type"] in ("input_text", "output_text") else image(each["image_url"])
        items = [{"role": "user", "content": given["input"]}] if isinstance(given["input"], str) else given["input"]
        system, turns = chat_said(items, part)
        system = "\n\n".join(filter(None, [given.get("instructions"), system]))
        text = heard(system, turns, "text" in given, [tool["name"] for tool in given.get("tools", [])])
        usage = Thing(input_tokens=11, output_tokens=7, total_tokens=18)
        whole = Thing(id="r", output_text=text, output=[], usage=usage, status="completed")
        if given.get("stream"):
            return Stream([Thing(type="response.created", response=whole), *[Thing(type="response.output_text.delta", delta=piece) for piece in pieces(text)], Thing(type="response.completed", response=whole)])
        return whole

    def client(is_async):
        def make(api_key=None, base_url=None, timeout=None, max_retries=None):
            wrap = awaitable if is_async else (lambda function: function)
            return Thing(chat=Thing(completions=Thing(create=wrap(create))), responses=Thing(create=wrap(respond)))
        return make
    return Thing(OpenAI=client(False), AsyncOpenAI=client(True))


def awaitable(function):
    async def run(*args, **given):
        return function(*args, **given)
    return run


def anthropic_module():
    def said(given):
        only(given, {"model", "messages", "max_tokens", "system", "temperature", "top_p", "top_k", "stop_sequences", "tools", "tool_choice", "stream", "output_config", "metadata", "timeout", "thinking"}, ["model", "messages", "max_tokens"], "messages.create")
        if isinstance(given.get("stop_sequences", []), str):
            raise TypeError("stop_sequences must be a list")
        for tool in given.get("tools", []):
            only(tool, {"name", "description", "input_schema", "strict"}, ["name", "input_schema"], "tool")
        if "tool_choice" in given:
            only(given["tool_choice"], {"type", "name", "disable_parallel_tool_use"}, ["type"], "tool_choice")
        def part(each):
            if each["type"] == "text":
                return each["text"]
            source = each["source"]
            return image(f"data:{source['media_type']};base64,{source['data']}" if source["type"] == "base64" else source["url"])
        if any(message["role"] not in ("user", "assistant") for message in given["messages"]):
            raise ValueError("messages: unexpected role")
        _, turns = chat_said(given["messages"], part)
        system = given.get("system", "")
        return heard(system if isinstance(system, str) else "\n".join(block["text"] for block in system), turns, "output_config" in given, [tool["name"] for tool in given.get("tools", [])])

    def events(text):
        yield Thing(type="message_start", message=Thing(usage=Thing(input_tokens=11)))
        for piece in pieces(text):
            yield Thing(type="content_block_delta", delta=Thing(type="text_delta", text=piece))
        yield Thing(type="message_delta", delta=Thing(stop_reason="end_turn"), usage=Thing(input_tokens=11, output_tokens=7))
        yield Thing(type="message_stop")

    def create(**given):
        text = said(given)
        return Stream(events(text)) if given.get("stream") else Thing(id="m", content=[Thing(type="text", text=text)], stop_reason="end_turn", usage=Thing(input_tokens=11, output_tokens=7))

    def stream(**given):
        text = said(given)
        whole = Stream([])
        whole.text_stream = pieces(text)
        return whole

    def client(is_async):
        def make(api_key=None, base_url=None, timeout=None, max_retries=None):
            return Thing(messages=Thing(create=awaitable(create) if is_async else create, stream=stream))
        return make
    return Thing(Anthropic=client(False), AsyncAnthropic=client(True))


def google_modules():
    def plain(value):
        return value.__dict__ if isinstance(value, Thing) else value

    def generate(**given):
        only(given, {"model", "contents", "config"}, ["model", "contents"], "generate_content")
        config = plain(given.get("config") or {})
        only(config, {"system_instruction", "max_output_tokens", "temperature", "top_p", "top_k", "stop_sequences", "seed", "candidate_count", "tools", "tool_config", "response_mime_type", "response_json_schema", "response_schema", "frequency_penalty", "presence_penalty", "thinking_config"}, [], "config")
        contents = given["contents"]
        def part(each):
            each = plain(each)
            if "text" in each:
                return each["text"]
            if "inline_data" in each:
                return image(f"data:{each['inline_data']['mime_type']};base64,{each['inline_data']['data']}")
            return image(each["file_data"]["file_uri"])
        items = [{"role": "user", "parts": [{"text": contents}]}] if isinstance(contents, str) else [plain(each) for each in contents]
        turns = []
        for each in items:
            if each["role"] not in ("user", "model"):
                raise ValueError("contents: unexpected role " + each["role"])
            turns.append(("assistant" if each["role"] == "model" else "user", "|".join(part(one) for one in each["parts"])))
        tools = [declaration["name"] for tool in config.get("tools", []) for declaration in tool["function_declarations"]]
        return heard(config.get("system_instruction", ""), turns, config.get("response_mime_type") == "application/json", tools)

    usage = Thing(prompt_token_count=11, candidates_token_count=7, total_token_count=18)
    def whole(**given):
        return Thing(text=generate(**given), usage_metadata=usage, function_calls=None, candidates=[Thing(finish_reason="STOP")])
    def stream(**given):
        return (Thing(text=piece, usage_metadata=usage) for piece in pieces(generate(**given)))

    genai = module_types.ModuleType("google.genai")
    def make(api_key=None, http_options=None):
        return Thing(models=Thing(generate_content=whole, generate_content_stream=stream), aio=Thing(models=Thing(generate_content=awaitable(whole))))
    genai.Client = make
    genai.types = module_types.ModuleType("google.genai.types")
    genai.types.Content = lambda role, parts: Thing(role=role, parts=parts)
    genai.types.Part = Thing(from_text=lambda text: Thing(text=text))
    genai.types.GenerateContentConfig = lambda **given: Thing(**given)
    google = module_types.ModuleType("google")
    google.genai = genai
    return {"google": google, "google.genai": genai, "google.genai.types": genai.types}


def mistral_module():
    allowed = CHAT - {"max_completion_tokens", "seed", "stream_options", "extra_body", "stream"} | {"random_seed"}
    def complete(**given):
        return chat_result(chat(given, "chat.complete", allowed))
    def stream(**given):
        return Stream([Thing(data=chunk) for chunk in chat_chunks(chat(given, "chat.stream", allowed)) if chunk.choices])
    def make(api_key, server_url=None):
        return Thing(chat=Thing(complete=complete, stream=stream, complete_async=awaitable(complete)))
    return Thing(Mistral=make)


class Message(dict):
    """DashScope's messages are dictionaries whose entries are attributes, too."""
    __getattr__ = dict.__getitem__


def dashscope_module():
    def call(multimodal):
        def run(**given):
            only(given, {"model", "messages", "api_key", "result_format", "stream", "incremental_output", "temperature", "top_p", "top_k", "max_tokens", "stop", "seed", "tools", "tool_choice", "response_format", "n", "presence_penalty"}, ["model", "messages"], "Generation.call")
            if not multimodal and given.get("result_format") != "message":
                raise ValueError("result_format is not message: the answer would be in another place")
            def part(each):
                if multimodal:
                    only(each, {"text", "image"}, [], "content")
                    return each["text"] if "text" in each else image(each["image"])
                return openai_part(each)
            system, turns = chat_said(given["messages"], part)
            text = heard(system, turns, "response_format" in given, [tool["function"]["name"] for tool in given.get("tools", [])])
            usage = Thing(input_tokens=11, output_tokens=7, total_tokens=18)
            if given.get("stream"):
                if not given.get("incremental_output"):
                    raise ValueError("each event would repeat the whole text")
                return (Thing(output=Thing(choices=[Thing(message=Message(content=piece))]), usage=usage) for piece in pieces(text))
            return Thing(output=Thing(choices=[Thing(message=Message(content=text), finish_reason="stop")]), usage=usage)
        return run
    made = module_types.ModuleType("dashscope")
    made.Generation = Thing(call=call(False))
    made.MultiModalConversation = Thing(call=call(True))
    made.AioGeneration = Thing(call=awaitable(call(False)))
    made.base_http_api_url = "https://dashscope.aliyuncs.com/api/v1"
    return made


def litellm_module():
    def completion(**given):
        if "/" not in given.get("model", ""):
            raise ValueError("model has no provider in front")
        text = chat(given, "completion", CHAT | {"api_base", "num_retries", "thinking"})
        return chat_chunks(text) if given.get("stream") else chat_result(text)
    return Thing(completion=completion, acompletion=awaitable(completion))


def main(jobs, results):
    import os
    os.environ.update(ENVIRONMENT)
    mistral = mistral_module()
    sys.modules.update({"openai": openai_module(), "anthropic": anthropic_module(), "mistralai": Thing(client=mistral), "mistralai.client": mistral, "dashscope": dashscope_module(), "litellm": litellm_module(), **google_modules()})
    out = {}
    with open(jobs, encoding="utf-8") as handle:
        todo = json.load(handle)
    for job in todo:
        with open(job["file"], encoding="utf-8") as handle:
            text = handle.read()
        printed = io.StringIO()
        error = None
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(text, job["file"], "exec"), {"__name__": "__main__"})
        except BaseException as problem:  # whatever a program does is its result
            error = f"{type(problem).__name__}: {problem}"
        out[job["id"]] = {"out": printed.getvalue(), "error": error}
    with open(results, "w", encoding="utf-8") as handle:
        json.dump(out, handle)


main(sys.argv[1], sys.argv[2])
