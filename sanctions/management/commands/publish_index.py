"""Settle and publish a level from the command line."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from parindex.command import VietnameseCommand, add_year_and_level, check_year, person
from sanctions.actions import Published, publish_level


def day(text: str) -> date:
    """A day written 2021-01-11."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; write 2021-01-11") from None


class Command(VietnameseCommand):
    """``publish_index --year Y --level L [--parent DISTRICT] --decision NUMBER --decided-on DAY [--reason …]``."""

    help = "Settle and publish the latest runs of a level under a decision."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        add_year_and_level(parser)
        parser.add_argument(
            "--parent", default="", metavar="DISTRICT", help="code of the district: its communes only"
        )
        parser.add_argument("--decision", required=True, metavar="NUMBER", help='for example "QĐ 36/QĐ-UBND"')
        parser.add_argument(
            "--decided-on", required=True, type=day, metavar="DAY", help="for example 2021-01-11"
        )
        parser.add_argument("--reason", default="", help="of a correction: a second publication needs one")
        parser.add_argument("--by", metavar="USERNAME", help="in whose name")

    def run(self, **options: Any) -> str:
        """Publish, then one line for each population and one for each later publication in doubt."""
        check_year(options["year"])
        done = publish_level(
            year=options["year"],
            level=options["level"],
            parent_code=options["parent"].strip(),
            decision=options["decision"],
            decided_on=options["decided_on"],
            reason=options["reason"],
            by=person(options["by"]),
        )
        return "\n".join(line for published in done for line in _lines(published))


def _lines(published: Published) -> list[str]:
    made = published.publication
    place = f" ({made.population.parent.name})" if made.population.parent else ""
    lines = [
        f"publication={made.pk} version={made.version} run={made.run_id} digest={made.run.digest}{place}"
    ]
    for effect in published.affected:
        later = effect.affected
        lines.append(
            _(
                "Lưu ý: kết quả đã công bố năm %(year)d, lần %(version)d sẽ khác ở %(changes)d đơn vị về thay đổi so với năm trước, %(outcomes)d đơn vị về đề nghị; cần đính chính."
            )
            % {
                "year": later.population.cycle.year,
                "version": later.version,
                "changes": effect.changes,
                "outcomes": effect.outcomes,
            }
        )
    return lines
