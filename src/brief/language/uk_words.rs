//! Ukrainian: fixed words and lines.

use super::Word;

/// A fixed word or line.
pub(super) fn word(word: Word) -> &'static str {
    match word {
        Word::Account => "За даними",
        Word::AttributedTo => "Кому приписано",
        Word::Basis => "Підстава",
        Word::Claim => "Твердження",
        Word::Count => "Кількість",
        Word::Credibility => "Достовірність повідомлення",
        Word::Denied => "Заперечення",
        Word::Direction => "Напрямок",
        Word::Document => "Документ",
        Word::GradedBy => "Хто оцінив",
        Word::Incident => "Інцидент",
        Word::Now => "Тепер",
        Word::Place => "Місце",
        Word::Point => "Питання",
        Word::Published => "Опубліковано",
        Word::Publisher => "Видавець",
        Word::Reading => "Тлумачення",
        Word::Reliability => "Надійність джерела",
        Word::Said => "Сказано",
        Word::Speaker => "Хто говорить",
        Word::Stage => "Етап",
        Word::Then => "Попередній випуск",
        Word::Window => "За період",
        Word::Persons => "Особи",
        Word::Alleged => "Хто стверджує",
        Word::Against => "Проти кого",
        Word::NotLookedAt => "–",
        Word::NotGiven => "не вказано",
        Word::NoDenial => "заперечення не записано",
        Word::NotGraded => "без оцінки",
        Word::SumOfParts => "сума частин",
        Word::StatedTotal => "заявлена загальна кількість",
        Word::Overall => "загалом",
        Word::LaneContacts => "Контакти",
        Word::LaneTexts => "Тексти",
        Word::LaneIncidents => "Інциденти",
        Word::LaneExchanges => "Обміни",
        Word::ReportedBySide => "Повідомлено",
        Word::OfTheseVerified => "З них із висновком перевірки",
        Word::UnitIncidents => "інциденти",
        Word::OtherObjects => "об’єкт не визначено",
        Word::DifferentObjects => "різні об’єкти",
        Word::VerdictCounts => "Інциденти за висновком, окремо для кожного тлумачення й підстави",
        Word::AllegationTable => "Твердження про порушення поряд із запереченнями",
        Word::ClaimTable => "Кількості, як їх назвали мовці",
        Word::SourceTable => "Документи, на яких ґрунтується випуск",
        Word::VerdictChanges => "Висновки, що змінилися від попереднього випуску",
        Word::IncidentsByDay => "Інциденти за днями і за тим, що, за повідомленнями, уражено",
        Word::AllegationsBySide => "Інциденти випуску за стороною, що повідомляє",
        Word::Timeline => "Що й коли сталося, за повідомленнями",
        Word::NoteVerdicts => {
            "Висновок показує, що випливає з тлумачення щодо повідомленого. Він не встановлює, що подія сталася."
        }
        Word::NoteWords => {
            "Сказане стороною подано разом із цією стороною. Слова в лапках наведено так, як їх записано."
        }
        Word::NothingContacts => "Контактів за період не записано.",
        Word::NothingReadouts => "Текстів за період не записано.",
        Word::NothingReadings => "Чинних тлумачень немає.",
        Word::NothingIncidents => "Повідомлень за період не надходило.",
        Word::NothingVerdicts => "Немає інцидентів, до яких можна застосувати тлумачення.",
        Word::NothingAllegations => "Тверджень про порушення за період не записано.",
        Word::NothingClaims => "Заявлених кількостей за період не записано.",
        Word::NothingExchanges => "Обмінів за період не записано.",
        Word::NothingStatements => "Заяв за період не записано.",
        Word::NothingPositions => "Позицій за період не записано.",
        Word::NothingPledges => "Обіцянок за період не записано.",
        Word::NothingForecasts => "Прогнозів, зроблених, належних чи розв’язаних у цей період, немає.",
        Word::NothingObligations => "Зобов’язань не записано.",
        Word::NothingCoverage => {
            "Спостереження: немає. За період його не записано, тож відсутність повідомлень не означає, що нічого не сталося."
        }
        Word::NothingCorrections => "Ніщо зі сказаного в попередньому випуску не змінилося.",
        Word::NothingSources => "За цим випуском не стоїть жоден документ.",
        Word::NoPrevious => "Попереднього випуску не названо, тож порівнювати немає з чим.",
        Word::ReadoutsNote => {
            "«мовчить»: текст переглянуто, і цього питання в ньому немає. «–»: цього ніхто не перевіряв."
        }
        Word::ReadingsNote => "Тлумачення — це те, як його носій розуміє текст; його показано, а не схвалено.",
        Word::VerdictsNote => "Кожен висновок належить тлумаченню, названому вгорі стовпця.",
        Word::VerdictCountsNote => {
            "Тлумачення й підстави не додаються. Інцидент без рядка на певній підставі не оцінено, і це не «немає порушення»."
        }
        Word::AllegationsNote => {
            "Твердження подано разом із тим, хто його висуває; відсутність заперечення не робить його фактом."
        }
        Word::ClaimsNote => "Наведено й ніколи не додано: у цих кількостей різні одиниці, час і місце.",
        Word::SourcesNote => {
            "Надійність джерела (A–F) і достовірність повідомлення (1–6) — дві різні оцінки; F та 6 означають, що судити не можна."
        }
        Word::ChartDaysNote => {
            "Інцидент, що охоплює кілька днів, не показано в жодному з них; інцидент із кількома видами об’єктів є в кожному ряді."
        }
        Word::ChartSidesNote => {
            "Інцидент, про який повідомляють кілька сторін, є в кожної з них; стовпці не додаються."
        }
        Word::EverythingNew => "Попереднього випуску не названо, тож усе за період подано як нове.",
    }
}
