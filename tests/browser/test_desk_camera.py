"""The camera of the hand-over desk. Reading squares is the browser's own work, and stands in here: not every browser has it, that of the tests has not."""

import pytest
from playwright.sync_api import expect

DESK_PAGE = "/schools/{academy}/desk"

# squares: what the stand-in reads, one at each look. The picture is an empty one of the page's own.
READS = """(() => {
  const squares = %s;
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { const read = squares.shift(); return read ? [{ rawValue: read }] : []; }
  };
  navigator.mediaDevices.getUserMedia = async () => { %s };
})()"""
A_PICTURE = 'return Object.assign(document.createElement("canvas"), { width: 64, height: 48 }).captureStream(5)'
REFUSED = 'throw new DOMException("no", "NotAllowedError")'


@pytest.fixture
def desk(site, signed_in):
    """desk(squares) is the desk in front of Jean Baxter, in a browser that reads these."""

    def opened(squares, camera=A_PICTURE):
        page = signed_in("jean.baxter")
        page.add_init_script(READS % (squares, camera))
        page.goto(site.at(DESK_PAGE))
        return page

    return opened


def test_a_letter_that_is_scanned_leads_to_the_desk_of_its_adult_by_a_page_of_this_site(desk):
    page = desk(["", "WIFI:S:school;;", "https://elsewhere.example/pay?code=1", "https://elsewhere.example/begin?code=ABCD-EFGH-JKMN"])
    page.get_by_role("button", name="Scan a letter").click()
    page.wait_for_url("**/begin?code=ABCD-EFGH-JKMN")
    assert page.url.startswith("http://127.0.0.1")
    expect(page.get_by_label("Code")).to_have_value("ABCD-EFGH-JKMN")


def test_the_camera_is_stopped_by_the_same_button(desk):
    page = desk([])
    page.get_by_role("button", name="Scan a letter").click()
    picture = page.get_by_label("What the camera sees")
    expect(picture).to_be_visible()
    tracks = picture.evaluate_handle("video => video.srcObject.getTracks()")
    page.get_by_role("button", name="Stop the camera").click()
    expect(picture).to_be_hidden()
    expect(page.get_by_role("button", name="Scan a letter")).to_be_visible()
    assert tracks.evaluate("tracks => tracks.map((track) => track.readyState)") == ["ended"]


def test_who_refuses_the_camera_is_told_what_else_to_do(desk):
    page = desk([], REFUSED)
    page.get_by_role("button", name="Scan a letter").click()
    expect(page.get_by_role("status").filter(has_text="find the adult below")).to_be_visible()
    expect(page.get_by_role("button", name="Scan a letter")).to_be_visible()


def test_where_a_browser_cannot_read_squares_nothing_is_offered(site, signed_in):
    page = signed_in("jean.baxter")
    page.goto(site.at(DESK_PAGE))
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="Scan a letter")).to_be_hidden()


def test_only_this_page_may_ask_for_the_camera(site, signed_in):
    page = signed_in("jean.baxter")
    may = "document.featurePolicy.allowsFeature('camera')"
    page.goto(site.at("/"))
    assert not page.evaluate(may)
    page.goto(site.at(DESK_PAGE))
    assert page.evaluate(may)
