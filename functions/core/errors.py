"""What can go wrong, in the domain's words. functions/api/errors.py gives each its HTTP answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.core.quotas import Rate


class ServiceError(Exception):
    """A failure that a customer is told about; `str()` is a sentence that says what to do."""


class UnauthorizedError(ServiceError):
    """No key, or one that may not call now; `reason` (invalid_key, expired, suspended) is for its holder only."""

    def __init__(self, message: str, reason: str = "invalid_key") -> None:
        super().__init__(message)
        self.reason = reason


class UnknownLanguageError(ServiceError):
    """No language has this name; `close` are the ids that look like it."""

    def __init__(self, name: str, close: tuple[str, ...]) -> None:
        hint = f"Did you mean {' or '.join(close)}?" if close else "GET /languages lists them all."
        super().__init__(f"There is no language {name[:64]!r}. {hint}")
        self.close = close


class LanguageNotDetectedError(ServiceError):
    """Raw code without a shebang line that names a language."""


class UnavailableError(ServiceError):
    """This deployment doesn't have what the submission asks for: a toolchain, or a network mode."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidFieldError(ServiceError):
    """A field whose value only the service's records could show to be wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TooLargeError(ServiceError):
    """A request bigger than the service takes."""


class NotFoundError(ServiceError):
    """No such job, or another customer's."""


class JobNotActiveError(ServiceError):
    """The job has ended, so it can't be cancelled, or sent input."""

    def __init__(self, status: str) -> None:
        super().__init__(f"The job has ended already: its status is {status}.")
        self.status = status


class StdinNotOpenError(ServiceError):
    """The job's standard input isn't open (any more)."""

    def __init__(self) -> None:
        super().__init__(
            'The job\'s stdin isn\'t open: submit it with "stdin_open": true, and send "eof" only at the end.'
        )


class StdinFullError(ServiceError):
    """The job's worker has yet to take what was sent before."""

    def __init__(self) -> None:
        super().__init__("The program's worker has yet to take what was sent before; try again in two seconds.")


class IdempotencyKeyReusedError(ServiceError):
    """An Idempotency-Key that came with another request before."""


class SignatureReusedError(ServiceError):
    """A signature that came before, of a key that takes one job for each."""

    def __init__(self) -> None:
        super().__init__("This signature was used already; sign the request anew, with the time as it is now.")


class RefusedBeforeError(ServiceError):
    """A submission that was refused when its batch first came with this Idempotency-Key."""

    def __init__(self) -> None:
        super().__init__(
            "This submission was refused when the batch first came with this Idempotency-Key; submit it in a new one."
        )


class RateLimitError(ServiceError):
    """The key has sent more requests than its rate allows."""

    def __init__(self, rate: Rate) -> None:
        super().__init__(f"Too many requests for this key; try again in {rate.retry_after} s.")
        self.rate = rate


class ConcurrencyLimitError(ServiceError):
    """The key has as many pending and running jobs as it may have."""

    def __init__(self, rate: Rate, active: int, limit: int) -> None:
        super().__init__(f"This key has {active} jobs pending or running and may have {limit}; wait for one to end.")
        self.rate = rate
        self.active = active
        self.limit = limit


class BusyError(ServiceError):
    """The service answers too slowly or refuses for now; the same request may succeed later."""


class StorageError(Exception):
    """The storage refused or didn't answer; the message is for the log, not for customers."""


class FullError(StorageError):
    """The storage is full: nothing more can be recorded until there is room."""
