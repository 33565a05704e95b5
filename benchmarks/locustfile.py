"""Eight officials at work: pages read and things written, as `site_load.py` starts it.

MINGBAI_LOAD names a JSON file: the password, and for each desk its user, role, and what lies in its area. MINGBAI_PAUSE
is how long each waits between two steps, in seconds; MINGBAI_SAMPLES the file to which every answer's time goes.
"""

import json
import os
import random
import re
import time
import uuid
from pathlib import Path
from typing import Any

from locust import FastHttpUser, events, task

GIVEN: dict[str, Any] = json.loads(Path(os.environ["MINGBAI_LOAD"]).read_text(encoding="utf-8"))
PAUSE = float(os.environ.get("MINGBAI_PAUSE", "0"))
DAY: str = GIVEN["day"]
YEAR = DAY[:4]
_SAMPLES: list[tuple[float, str, float, str]] = []
_DESKS = iter(GIVEN["desks"])
_VERSION = re.compile(r'name="version"[^>]*value="(\d+)"')
_STATE = re.compile(r'name="(state-[a-z_]+)"')


@events.request.add_listener
def _kept(name: str, response_time: float, exception: object = None, **_rest: object) -> None:
    _SAMPLES.append((time.time(), name, response_time, str(exception or "")))


@events.quitting.add_listener
def _written(**_rest: object) -> None:
    Path(os.environ["MINGBAI_SAMPLES"]).write_text(json.dumps(_SAMPLES), encoding="utf-8")


class Worker(FastHttpUser):
    """One desk: a county's office, a township's, or a village's. About every fourth request writes."""

    def wait_time(self) -> float:
        return PAUSE * random.uniform(0.5, 1.5)

    def on_start(self) -> None:
        self.desk: dict[str, Any] = next(_DESKS)
        self.chance = random.Random(self.desk["user"])
        with self.client.get("/sign-in/login/", name="sign in", catch_response=True) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text or "")
        assert token, "no form to sign in"
        data = {"login": self.desk["user"], "password": GIVEN["password"], "csrfmiddlewaretoken": token[1]}
        self.client.post("/sign-in/login/", data=data, name="sign in", headers={"Referer": f"{self.host}/"})
        self.token = next(cookie.value for cookie in self.client.cookiejar if cookie.name == "csrftoken")

    def one(self, kind: str) -> Any:
        """Something of this desk's area."""
        return self.chance.choice(self.desk[kind])

    def read(self, url: str, name: str) -> str:
        with self.client.get(url, name=f"read {name}", catch_response=True, allow_redirects=False) as page:
            if page.status_code != 200:
                page.failure(f"{page.status_code} {url}")
            return str(page.text or "")

    def write(self, url: str, name: str, expects: int = 302, **data: object) -> str:
        """Where it leads to."""
        headers = {"Referer": f"{self.host}{url}"} | ({"HX-Request": "true"} if expects == 200 else {})
        with self.client.post(
            url, data={"csrfmiddlewaretoken": self.token, **data}, headers=headers, name=f"write {name}",
            catch_response=True, allow_redirects=False,
        ) as answer:  # fmt: skip
            if answer.status_code != expects:
                answer.failure(f"{answer.status_code} {url}")
            return str(answer.headers.get("Location", "")) if answer.headers else ""

    @task(12)
    def household(self) -> None:
        self.read(f"/household/{self.one('households')}/", "household page")

    @task(2)
    def history(self) -> None:
        self.read(f"/household/{self.one('households')}/history/", "household's history")

    @task(5)
    def village(self) -> None:
        more = self.chance.choice(["", "", "?monitored=1", "?clue=1", "?unmet=1", "?sort=head"])
        self.read(f"/village/{self.one('villages')}/{more}", "village list")

    @task(1)
    def township(self) -> None:
        if self.desk["role"] != "village":
            self.read(f"/village/{self.one('townships')}/", "township page")

    @task(6)
    def clues(self) -> None:
        place = self.one("villages")
        filters = ["", "", "?group=risk", "?late=1", f"?place={place}", "?status=assigned", "?status=dismissed",
                   f"?rule={self.one('rules')}", "?sort=due", f"?after={self.desk['mark']}"]  # fmt: skip
        self.read(f"/clues/{self.chance.choice(filters)}", "clue desk")

    @task(3)
    def clue(self) -> None:
        self.read(f"/clues/{self.one('seen')}/", "clue")

    @task(4)
    def problems(self) -> None:
        more = self.chance.choice(["", "", "?overdue=1", "?status=answered", f"?place={self.one('villages')}"])
        self.read(f"/problems/{more}", "problem list")

    @task(2)
    def problem(self) -> None:
        if self.desk["problems"]:
            self.read(f"/problems/{self.one('problems')}/", "problem")

    @task(3)
    def home(self) -> None:
        self.read("/", "my tasks")

    @task(2)
    def county(self) -> None:
        if self.desk["role"] == "county":
            self.read("/county/", "county home")

    @task(3)
    def search(self) -> None:
        self.read(f"/search/?q={self.chance.choice([self.one('households'), self.one('names')])}", "search")

    @task(2)
    def report(self) -> None:
        """Somebody rings; the one who looked finds nothing."""
        there = self.write(
            "/clues/report/", "report made", channel="hotline", village=self.one("villages"), got_on=DAY,
            said="热线反映：家里吃水困难，请来看一下。", nonce=uuid.uuid4().hex,
        )  # fmt: skip
        if there:
            self.write(f"{there}dismiss/", "clue dismissed", finding="入户看过，水是够的。", reason="other", version=1)

    @task(3)
    def dismiss(self) -> None:
        if self.desk["clues"]:
            clue, version = self.desk["clues"].pop()
            self.write(
                f"/clues/{clue}/dismiss/", "clue dismissed", finding="入户核实过，不属实。", reason="other",
                version=version,
            )  # fmt: skip

    @task(1)
    def mend(self) -> None:
        if self.desk["found"]:
            issue, version = self.desk["found"].pop()
            self.write(f"/problems/{issue}/mend/", "problem moved", plan="月底前落实，专人负责。", version=version)
            text = "已经办好，户里认可。"
            self.write(f"/problems/{issue}/answer/", "problem moved", text=text, version=version + 1)

    @task(2)
    def guarantee(self) -> None:
        if self.desk["role"] == "county":
            return
        url = f"/guarantees/{self.one('households')}/"
        asked = sorted(set(_STATE.findall(self.read(url, "questions of a visit"))))
        said = {name: self.chance.choice(["met", "met", "unmet", "unknown"]) for name in asked[:4]}
        self.write(url, "guarantees recorded", source="visit", said_on=DAY, **said)

    @task(1)
    def account(self) -> None:
        """An account at the kitchen table, which saves itself at each line."""
        if self.desk["role"] == "county" or not self.desk["without"]:
            return
        url = f"/household/{self.desk['without'].pop()}/account/{YEAR}/"
        self.write(url, "account begun", do="begin")
        found = _VERSION.search(self.read(url, "account page"))
        version, lines = int(found[1]) if found else 1, {}
        for place, item in ((1, "A1"), (5001, "B1"), (25001, "E1")):
            amount = f"{self.chance.randrange(100, 9000)}"
            lines |= {f"amount-{place}": amount, f"item-{place}": item, f"source-{place}": "said"}
            self.write(url, "account line saved", expects=200, do="save", version=version, **lines)
            version += 1
