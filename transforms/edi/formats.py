"""What an X12 format module is made of: reading its files and answering them.

``FORMAT = X12Format(DOCUMENT, A_MAP, _content)``, then ``parse = FORMAT.parse``
and ``answer = FORMAT.answer``. Not here: any format.
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.contracts.profile import Envelope, Parsed, Profile
from transforms.edi.acknowledgements import acknowledge_payload
from transforms.edi.documents import Reader, read_document


class X12Format(Reader):
    """A reader with the two verbs of a format."""

    def parse(self, payload: bytes, profile: Profile) -> Parsed:
        """The rows, rejects and counts of a file; never raises on bytes.

        Args:
            payload: file as received.
            profile: of its sender; options: see ``transforms.edi.documents``
                and the format.
        """
        return read_document(payload, profile, self)

    def answer(
        self,
        payload: bytes,
        envelope: Envelope,
        *,
        beside: Sequence[tuple[Reader, Profile]] = (),
        is_repeat: bool = False,
    ) -> list[bytes]:
        """The interchanges of 997s and TA1s that answer a file; it may need none.

        Args:
            payload: file as received.
            envelope: its sender, the first answer's number and instant.
            beside: other formats that read the file, each by its feed's profile.
            is_repeat: the same bytes came before.
        """
        readers = [(self, envelope.profile), *beside]
        return acknowledge_payload(payload, envelope, readers, is_repeat=is_repeat)
