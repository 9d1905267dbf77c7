"""Messages that nobody sent: written for this course, in English and German, of 2011 and of today.

Names, numbers and addresses are made up (.example belongs to nobody). None stands in a collection.
"""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class Example:
    """One message in two languages.

    Attributes:
        era: "2011" or "today": which phones and tricks it speaks of.
        spam: whether it is.
        en, de: its text.
    """

    era: str
    spam: bool
    en: str
    de: str


EXAMPLES = (
    Example(
        "2011",
        True,
        "WINNER! Your mobile number was drawn for a £500 cash prize. To claim call 09061 700 700 "
        "now. Calls cost £1.50/min.",
        "GEWINNER! Ihre Handynummer wurde für 500 Euro in bar gezogen. Jetzt 0900 1 700 700 "
        "anrufen. 1,99 EUR/Min.",
    ),
    Example(
        "2011",
        True,
        "FREE ringtone of the week! Text TONE to 80555 and get this weeks number 1 hit. Txt STOP "
        "to end. £3 per wk.",
        "GRATIS Klingelton der Woche! Sende TON an 80555 und hol dir die Nummer 1. STOP beendet. "
        "2,99 EUR pro Woche.",
    ),
    Example(
        "2011",
        True,
        "You have won a guaranteed holiday for 2 in Spain! Call our free line 0800 555 01 before "
        "Sunday to claim your reward.",
        "Sie haben einen Urlaub für 2 in Spanien gewonnen! Rufen Sie bis Sonntag kostenlos 0800 "
        "555 01 an und sichern Sie sich den Preis.",
    ),
    Example(
        "2011",
        True,
        "Urgent! We tried to contact you about your FREE camera phone with 200 free texts. Reply "
        "YES to 85069.",
        "Dringend! Wir wollten Sie wegen Ihres GRATIS Kamerahandys mit 200 Frei-SMS erreichen. "
        "Antworten Sie JA an 85069.",
    ),
    Example(
        "2011",
        True,
        "Lonely tonight? Sexy singles near you want to chat. Txt DATE to 69988 now. 18+ only, "
        "150p/msg.",
        "Heute Nacht allein? Heiße Singles aus deiner Nähe wollen chatten. Sende DATE an 69988. Ab "
        "18, 1,99 EUR/SMS.",
    ),
    Example(
        "2011",
        True,
        "Congratulations! As a valued customer you can claim 1000 bonus points. Visit "
        "www.bonus-points.example or call 0871 200 200.",
        "Glückwunsch! Als treuer Kunde bekommen Sie 1000 Bonuspunkte. Besuchen Sie "
        "www.bonus-punkte.example oder rufen Sie 0180 200 200 an.",
    ),
    Example(
        "2011",
        True,
        "Last chance to upgrade: latest Nokia with camera, half price line rental. Call mobile "
        "upgrades on 0845 021 777 today.",
        "Letzte Chance: neuestes Nokia mit Kamera, halbe Grundgebühr. Rufen Sie noch heute 0180 "
        "021 777 an.",
    ),
    Example(
        "2011",
        False,
        "Hey, are you coming tonight? We meet at 7 in front of the cinema.",
        "Hey, kommst du heute Abend? Wir treffen uns um 7 vor dem Kino.",
    ),
    Example(
        "2011",
        False,
        "Sorry, i cant talk now, in a lecture. Will call u later k?",
        "Sorry, kann grad nicht reden, bin in der Vorlesung. Ruf dich später an, ok?",
    ),
    Example(
        "2011",
        False,
        "Mum says dinner is ready, where r u?",
        "Mama sagt, das Essen ist fertig, wo bist du?",
    ),
    Example(
        "2011",
        False,
        "Happy birthday!! Hope you have a wonderful day, see you on saturday :)",
        "Alles Gute zum Geburtstag!! Hab einen wunderschönen Tag, bis Samstag :)",
    ),
    Example(
        "2011",
        False,
        "I missed the bus again, can you pick me up from the station?",
        "Hab schon wieder den Bus verpasst, kannst du mich am Bahnhof abholen?",
    ),
    Example(
        "2011",
        False,
        "Ok lor, then we go and eat first. You want me to buy anything for you?",
        "Na gut, dann gehen wir erst essen. Soll ich dir was mitbringen?",
    ),
    Example(
        "2011",
        False,
        "Did you get the notes from maths? I was ill yesterday and the exam is on friday.",
        "Hast du die Notizen aus Mathe? Ich war gestern krank und Freitag ist die Klausur.",
    ),
    Example(
        "today",
        True,
        "Your parcel is on hold because of an unpaid customs fee of 1.99. Please settle it here: "
        "https://parcel-track.example/pay",
        "Ihr Paket wird wegen offener Zollgebühren von 1,99 EUR zurückgehalten. Bitte hier "
        "bezahlen: https://paket-status.example/zahlen",
    ),
    Example(
        "today",
        True,
        "Hi mum, my phone fell into the water, this is my new number. Can you message me on "
        "WhatsApp?",
        "Hallo Mama, mein Handy ist ins Wasser gefallen, das ist meine neue Nummer. Schreib mir "
        "bitte auf WhatsApp.",
    ),
    Example(
        "today",
        True,
        "Your account has been restricted after an unusual sign-in. Confirm your identity within "
        "24 hours: https://secure-login.example",
        "Ihr Konto wurde nach einer ungewöhnlichen Anmeldung eingeschränkt. Bestätigen Sie Ihre "
        "Identität: https://sicher-anmelden.example",
    ),
    Example(
        "today",
        True,
        "Hello, I am Anna from HR. We offer remote part-time work, 300 a day, flexible hours. "
        "Interested? Contact me on Telegram.",
        "Hallo, ich bin Anna von der Personalabteilung. Wir bieten Nebenjobs im Homeoffice, 300 am "
        "Tag. Interesse? Melden Sie sich auf Telegram.",
    ),
    Example(
        "today",
        True,
        "My uncle taught me how to trade crypto, I doubled my savings in two weeks. Shall I add "
        "you to our investors group?",
        "Mein Onkel hat mir gezeigt, wie man mit Krypto handelt, mein Erspartes hat sich "
        "verdoppelt. Soll ich dich in unsere Gruppe aufnehmen?",
    ),
    Example(
        "today",
        True,
        "Your streaming subscription could not be renewed. Update your payment details to keep "
        "watching: https://renew-stream.example",
        "Ihr Streaming-Abo konnte nicht verlängert werden. Aktualisieren Sie Ihre Zahlungsdaten: "
        "https://abo-erneuern.example",
    ),
    Example(
        "today",
        True,
        "Tax office: you are owed a refund of 318.40. Submit your card details before midnight: "
        "https://tax-refund.example",
        "Finanzamt: Ihnen steht eine Erstattung von 318,40 zu. Geben Sie bis Mitternacht Ihre "
        "Kartendaten ein: https://steuer-erstattung.example",
    ),
    Example(
        "today",
        False,
        "Your code is 481 920. Do not share it with anyone.",
        "Dein Code lautet 481 920. Gib ihn an niemanden weiter.",
    ),
    Example(
        "today",
        False,
        "Can you send me the link to the shared doc again? I can't find it in the chat.",
        "Schickst du mir noch mal den Link zum Dokument? Ich finde ihn im Chat nicht.",
    ),
    Example(
        "today",
        False,
        "Train is 20 minutes late as always 🙄 save me a seat please",
        "Zug hat wie immer 20 Minuten Verspätung 🙄 halt mir bitte einen Platz frei",
    ),
    Example(
        "today",
        False,
        "Your order has been shipped and arrives tomorrow between 10 and 12.",
        "Deine Bestellung wurde verschickt und kommt morgen zwischen 10 und 12 Uhr an.",
    ),
    Example(
        "today",
        False,
        "lol that meme 😂 are we still on for the game tonight?",
        "haha das Meme 😂 bleibt es heute Abend beim Spiel?",
    ),
    Example(
        "today",
        False,
        "Dentist reminder: your appointment is on Tuesday at 3 pm. Call us if you cannot come.",
        "Zahnarzt: Ihr Termin ist am Dienstag um 15 Uhr. Rufen Sie uns an, falls Sie verhindert "
        "sind.",
    ),
    Example(
        "today",
        False,
        "Call with the team moved to 4, same Zoom link. Can you bring the figures?",
        "Das Meeting ist auf 16 Uhr verschoben, gleicher Zoom-Link. Bringst du die Zahlen mit?",
    ),
)
