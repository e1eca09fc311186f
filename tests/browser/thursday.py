"""The site on Thursday 19 November 2026 from 10:00 on: what the server and the commands of the browser tests run."""

import os
import time
from datetime import datetime

import time_machine
from flask import Flask

from glowlite.clock import LONDON

MORNING = datetime(2026, 11, 19, 10, 0, tzinfo=LONDON)
APP = "tests.browser.thursday:create_app"
BEGAN = "GLOWLITE_THURSDAY_BEGAN"  # when it was 10:00, in real seconds: all processes of a site tell the same time


def real_now() -> float:
    hatch = time_machine.escape_hatch
    return hatch.time.time() if hatch.is_travelling() else time.time()


def create_app() -> Flask:
    from app import create_app as real

    began = float(os.environ.get(BEGAN, real_now()))
    traveller = time_machine.travel(MORNING, tick=True).start()
    # To start takes up to seconds. Reckoned before, workers would be that far apart, and refuse a session of the other as one from the future.
    traveller.shift((real_now() - began) - (time.time() - MORNING.timestamp()))
    return real()
