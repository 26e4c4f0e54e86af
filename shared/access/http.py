"""The HTTP door of access: a bearer token becomes an Actor; refusals become problem+json (RFC 9457) in Chinese."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from shared.access.actor import Actor
from shared.access.decisions import ActDenied, Denied
from shared.access.inputs import describe_fault
from shared.access.marks import Mark, TextMarked, find_marks, texts_in
from shared.access.tokens import TokenError, TokenMissing, TokenVerifier
from shared.organisation.failures import UnknownOffice
from shared.store.appending import FactTooLarge
from shared.store.failures import is_outage
from shared.timekeeping.clocks import Clock

_SCHEME = HTTPBearer(auto_error=False, bearerFormat="JWT", description="本站点门户签发的登录凭证，五分钟内有效")
_STATUS_ZH = {
    400: "请求内容未能读取",
    404: "没有找到",
    405: "此地址没有这种操作",
    409: "情况已有变化",
    413: "内容过大",
    415: "内容类型不符",
}
# What FastAPI says in English by itself -> what people are told, and the remedy.
_SAID_ZH = {
    "There was an error parsing the body": (
        "内容未能读取：不是 JSON，或嵌套过深、数字过长。",
        "请按接口说明提交 JSON",
    ),
    "Not Found": ("没有这个地址。", "请核对地址"),
    "Method Not Allowed": ("此地址没有这种操作。", "请核对操作方式"),
}


def bearer(verifier: TokenVerifier, machine_clock: Clock) -> Callable[..., Awaitable[Actor]]:
    """Return a FastAPI dependency that gives the Actor of the request's bearer token.

    It raises a TokenError, which ``install_problem_handlers`` answers with 401. It does not say what the actor may do:
    that is ``authorise``, with the object at hand.
    """

    async def actor_of_request(
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)],
    ) -> Actor:
        if credentials is None:
            raise TokenMissing
        return verifier.verify(credentials.credentials, machine_clock.now())

    return actor_of_request


async def unmarked(request: Request) -> None:
    """Dependency of every router whose bodies hold texts that people write: a marked one goes no further.

    It stands behind the bearer's, for whom nobody knows is read no further. The body is read as FastAPI reads it: what
    is scanned is what is stored, and what cannot be read is kept by nobody. Raises TextMarked.
    """
    if not await request.body():
        return
    try:
        read = await request.json()
    except (ValueError, RecursionError):
        return
    if marks := find_marks(texts_in(read)):
        raise TextMarked(marks)


def problem(
    status: int,
    title_zh: str,
    detail_zh: str,
    field: str | None = None,
    remedy_zh: str | None = None,
    *,
    code: str,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return a problem+json answer. ``code`` names the situation for programs; the texts are for people, in Chinese.

    ``field``: which input is meant, dotted. ``remedy_zh``: what to do. ``more``: further members of the problem.
    """
    body = {"type": f"urn:shangda:problem:{code}", "title": title_zh, "status": status, "detail": detail_zh}
    body |= {"code": code, "field": field, "remedy": remedy_zh, **(more or {})}
    told = {name: value for name, value in body.items() if value is not None}
    return JSONResponse(told, status, headers, media_type="application/problem+json")


def token_problem(error: TokenError) -> JSONResponse:
    """Return 401: what is wrong with the token and what to do."""
    challenge = (
        "Bearer"
        if isinstance(error, TokenMissing)
        else f'Bearer error="invalid_token", error_description="{error.code}"'
    )
    return problem(
        401,
        "需要登录",
        error.reason_zh,
        remedy_zh=error.remedy_zh,
        code=error.code,
        headers={"WWW-Authenticate": challenge},
    )


def denied_problem(denied: Denied) -> JSONResponse:
    """Return 403: the reason, and who may (``who_may``: role codes; ``remedy``: the same in Chinese)."""
    return problem(
        403,
        "当前任职不办理此项",
        denied.reason_zh,
        remedy_zh=f"请切换任职，或由{denied.who_may_zh}任职办理。",
        code=f"denied_{denied.cause}",
        more={"who_may": [role.value for role in denied.who_may]},
    )


def input_problem(errors: Sequence[Mapping[str, Any]]) -> JSONResponse:
    """Return 422 for pydantic's ``errors()``: the first fault in the main members, all of them in ``errors``."""
    faults = [describe_fault(error) for error in errors]
    first = faults[0]
    rest = f"；另有 {len(faults) - 1} 处需要修改" if len(faults) > 1 else ""
    listed = [{"field": f.field, "value": f.value, "what": f.what_zh, "remedy": f.remedy_zh} for f in faults]
    return problem(
        422,
        "填写内容需要修改",
        f"{first.field}：{first.what_zh}{rest}",
        field=first.field,
        remedy_zh=first.remedy_zh,
        code="input",
        more={"value": first.value, "errors": listed},
    )


def marked_problem(marks: Sequence[Mark]) -> JSONResponse:
    """Return 422: which mark stands in which field, nothing of the text, and where such a text belongs."""
    return problem(
        422,
        "内容含密级标识",
        f"内容含密级标识“{marks[0].text}”。未保存、未发送。",
        marks[0].field,
        "请按保密渠道报送，并告知保密员。",
        code="SECRECY_MARK",
        more={"marks": [{"field": mark.field, "mark": mark.text} for mark in marks]},
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Let every refusal of ``app`` be problem+json: 401 tokens, 403 denied acts, 422 input, and FastAPI's own.

    An office that is not in the organisation in force comes from the request: from a token made before the office was
    dissolved, or from what was filled in.
    """

    @app.exception_handler(TokenError)
    async def on_token_error(request: Request, error: TokenError) -> JSONResponse:
        return token_problem(error)

    @app.exception_handler(ActDenied)
    async def on_act_denied(request: Request, error: ActDenied) -> JSONResponse:
        return denied_problem(error.denied)

    @app.exception_handler(TextMarked)
    async def on_text_marked(request: Request, error: TextMarked) -> JSONResponse:
        return marked_problem(error.marks)

    @app.exception_handler(RequestValidationError)
    async def on_invalid_input(request: Request, error: RequestValidationError) -> JSONResponse:
        return input_problem(error.errors())

    @app.exception_handler(HTTPException)
    async def on_http_exception(request: Request, error: HTTPException) -> JSONResponse:
        title = _STATUS_ZH.get(error.status_code, "请求没有办理")
        detail, remedy = _SAID_ZH.get(error.detail, (error.detail, None))
        code = f"http_{error.status_code}"
        return problem(error.status_code, title, detail, remedy_zh=remedy, code=code, headers=error.headers)

    @app.exception_handler(FactTooLarge)
    async def on_fact_too_large(request: Request, error: FactTooLarge) -> JSONResponse:
        detail = f"稿件连同各版文字共 {error.size // 1024} KB，超过 {error.largest // 1024} KB，未办理。"
        remedy = "请精简正文或出处；修改次数过多的，请退回后另写新稿。"
        return problem(413, "内容过大", detail, "body", remedy, code="fact_too_large")

    @app.exception_handler(Exception)
    async def on_fault(request: Request, error: Exception) -> JSONResponse:
        """The last word: the database is away, or a fault of ours, which the server logs after this answer."""
        if is_outage(error):
            detail, remedy = "数据库暂时不能使用，没有保存。", "请稍后再试；已填写的内容请先留存。"
            return problem(503, "暂时不能办理", detail, remedy_zh=remedy, code="away", headers={"Retry-After": "5"})
        detail, remedy = "系统出错，没有办理；错误已记入日志。", "请稍后再试；仍不能办理时联系运维员，并告知时间。"
        return problem(500, "没有办理", detail, remedy_zh=remedy, code="fault")

    @app.exception_handler(UnknownOffice)
    async def on_unknown_office(request: Request, error: UnknownOffice) -> JSONResponse:
        detail = f"现行机构名录中没有“{error.office[:60]}”这个单位。"
        remedy = "请核对单位代码；任职单位已改名或撤并的，请重新登录。"
        return problem(422, "没有此单位", detail, "office", remedy, code="unknown_office")
