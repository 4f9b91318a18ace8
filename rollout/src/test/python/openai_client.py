"""Asks a running PolicyServer through OpenAI's own client; not run by the build.

    pip install openai==3.54.0
    python openai_client.py http://127.0.0.1:8000/v1 MODEL [--no-chat]
"""

import sys

from openai import BadRequestError, NotFoundError, OpenAI

base_url, model = sys.argv[1:3]
client = OpenAI(base_url=base_url, api_key="none", max_retries=0)

assert model in [entry.id for entry in client.models.list()]

asked = dict(model=model, prompt="Once upon a time", max_tokens=12, seed=3)
whole = client.completions.create(**asked, n=2, logprobs=1, extra_body={"return_token_ids": True})
assert [choice.index for choice in whole.choices] == [0, 1]
first = whole.choices[0]
assert first.finish_reason in ("stop", "length")
assert len(first.logprobs.tokens) == len(first.logprobs.token_logprobs) == len(first.token_ids)
assert whole.usage.completion_tokens == sum(len(choice.token_ids) for choice in whole.choices)
assert client.completions.create(**asked).choices[0].text == first.text

pieces = list(client.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
assert "".join(piece.choices[0].text for piece in pieces if piece.choices) == first.text
assert pieces[-1].usage.total_tokens > 0

stop = first.text[4:6]
stopped = client.completions.create(**asked, stop=[stop]).choices[0]
assert stopped.text == first.text[: first.text.index(stop)] and stopped.finish_reason == "stop"

tokens = client.completions.create(model=model, prompt=first.prompt_token_ids, max_tokens=12, seed=3)
assert tokens.choices[0].text == first.text

if "--no-chat" not in sys.argv:
    talk = dict(
        model=model, messages=[{"role": "user", "content": "Tell me a story."}], max_completion_tokens=8, seed=5
    )
    answer = client.chat.completions.create(**talk, logprobs=True)
    assert answer.choices[0].message.role == "assistant"
    assert len(answer.choices[0].logprobs.content) == answer.usage.completion_tokens
    deltas = [piece.choices[0].delta for piece in client.chat.completions.create(**talk, stream=True)]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == answer.choices[0].message.content

for error, change in ((NotFoundError, {"model": "absent"}), (BadRequestError, {"echo": True})):
    try:
        client.completions.create(**(asked | change))
    except error as refused:
        print("refused as it should be:", refused.message)
    else:
        raise AssertionError(f"{change} was served")

print("all is well:", repr(first.text))
