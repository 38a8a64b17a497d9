//! The outbox against a real mail server: what is posted arrives once, by whom it may be read, and nothing is lost meanwhile.

mod world;

use jiff::SignedDuration;
use sluice_app::language::Language;
use sluice_app::mail::{self, Kind, Notice};
use sluice_app::notifications::{self, Choice, List, Which};
use sluice_app::{Caller, Given, Settings, jobs, me};
use sluice_domain::PersonId;
use sluice_store::args;
use sluice_store::job::Lane;
use sluice_store::message::{self, MailState};
use sluice_testkit::mail_sink::{MailSink, Refusal};
use uuid::Uuid;

use world::{ADA, CONNECTION, HANNA, HARBOR, MARIA, TOWER, execute, worlds};

fn caller(person: PersonId) -> Caller {
    Caller::signed_in(person, Uuid::nil())
}

#[tokio::test]
async fn not_03_each_reader_gets_one_mail_and_one_notification() {
    for world in worlds(true).await {
        world.requested().await;
        world.idle().await;
        let letters = world.sink.letters();
        assert_eq!(letters.len(), 1, "Hanna only: NOT-02 for Ada, NOT-01 for Maria");
        let letter = &letters[0];
        assert_eq!(letter.to, ["hanna@harbor.example"]);
        assert_eq!(letter.subject, "Delta Mechanical asks to connect to Harbor Tower");
        let link = format!("https://sluice.example/projects/{TOWER}/connections/{CONNECTION}");
        assert_eq!(letter.link("https://"), Some(link.as_str()));
        assert!(letter.html.contains(&link) && letter.html.contains("Maria López of Delta Mechanical"));
        assert!(letter.message_id.ends_with("@sluice.example"));
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert!(letter.header("Date").starts_with("Fri, 15 Jan 2027 08:00:00"), "{}", letter.header("Date"));
        assert!(!letter.raw.contains("maria@"), "addresses never travel");

        let page = notifications::list(&world.app, caller(HANNA), None, None, None).await.unwrap();
        assert_eq!((page.items.len(), page.unread, page.next), (1, 1, None));
        assert_eq!(page.items[0].href, format!("/projects/{TOWER}/connections/{CONNECTION}"));
        assert_eq!(page.items[0].title, letter.subject);
        let others = notifications::list(&world.app, caller(MARIA), None, None, None).await.unwrap();
        assert!(others.items.is_empty());
        let id = page.items[0].id;
        assert_eq!(
            notifications::mark_read(&world.app, caller(MARIA), Which::These(vec![id])).await.unwrap(),
            0
        );
        assert_eq!(notifications::list(&world.app, caller(HANNA), None, None, None).await.unwrap().unread, 1);
        assert_eq!(
            notifications::mark_read(&world.app, caller(HANNA), Which::These(vec![id])).await.unwrap(),
            0
        );
        world.idle().await;
        assert_eq!(world.sink.letters().len(), 1);
        world.close().await;
    }
}

#[tokio::test]
async fn not_01_the_list_can_be_chosen_and_names_who_does_not_qualify() {
    for world in worlds(true).await {
        let choose = |specific, people: &[PersonId]| {
            let choice = Choice { specific, people: people.to_vec() };
            notifications::choose_recipients(&world.app, caller(HANNA), TOWER, List::Connections, choice)
        };
        let before =
            notifications::recipients(&world.app, caller(HANNA), TOWER, List::Connections).await.unwrap();
        assert!(!before.specific && before.people.is_empty());
        let names: Vec<_> = before.options.iter().map(|option| option.name.as_str()).collect();
        assert_eq!(names, ["Ada Lund", "Hanna Berg"]);
        let refused = choose(true, &[ADA, MARIA]).await.unwrap_err();
        let sluice_app::Error::Invalid(fields) = refused else { panic!("{refused:?}") };
        assert_eq!((fields.len(), fields[0].pointer.as_str()), (1, "/person_ids/1"));
        assert!(fields[0].detail.starts_with("Maria López is neither"));
        let after = choose(true, &[ADA]).await.unwrap();
        assert_eq!((after.specific, after.people), (true, vec![ADA]));
        world.requested().await;
        world.idle().await;
        assert_eq!(world.sink.letters()[0].to, ["ada@harbor.example"]);
        let again = choose(false, &[]).await.unwrap();
        assert!(!again.specific && again.people.is_empty());
        world.close().await;
    }
}

#[tokio::test]
async fn not_05_who_lost_the_right_by_then_is_told_nothing() {
    for world in worlds(true).await {
        world.requested().await;
        execute(&world.app.db, &["update directory_entry set status = 'inactive' where company_id in (select company_id from project where name = 'Harbor Tower')"]).await;
        world.idle().await;
        assert!(world.sink.letters().is_empty());
        assert_eq!(world.states().await, [MailState::Dropped]);
        execute(&world.app.db, &["update directory_entry set status = 'active' where status = 'inactive'"])
            .await;
        world.idle().await;
        let page = notifications::list(&world.app, caller(HANNA), None, None, None).await.unwrap();
        assert!(page.items.is_empty() && page.unread == 0);
        world.close().await;
    }
}

#[tokio::test]
async fn without_a_mail_server_mail_waits_and_nothing_counts_as_failed() {
    for world in worlds(false).await {
        world.requested().await;
        for _ in 0..30 {
            world.idle().await;
            world.pass(SignedDuration::from_mins(10));
        }
        assert_eq!(world.states().await, [MailState::Waiting]);
        let mut db = world.app.db.read().await.unwrap();
        assert_eq!(message::waiting(&mut db).await.unwrap(), 1);
        assert_eq!(message::stuck(&mut db).await.unwrap(), 0);
        drop(db);
        assert_eq!(
            notifications::list(&world.app, caller(HANNA), None, None, None).await.unwrap().unread,
            1,
            "the screen shows it"
        );
        world.close().await;
    }
}

#[tokio::test]
async fn rel_03_a_mail_server_that_is_down_loses_nothing() {
    for world in worlds(true).await {
        world.sink.refuse(Some(Refusal::Later));
        world.requested().await;
        for _ in 0..11 {
            world.idle().await;
            world.pass(SignedDuration::from_mins(10));
        }
        assert_eq!(world.states().await, [MailState::Waiting]);
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Stuck]);
        {
            let mut db = world.app.db.read().await.unwrap();
            let stuck = message::troubled(&mut db).await.unwrap();
            assert_eq!((stuck[0].email.as_str(), stuck[0].mail_attempts), ("hanna@harbor.example", 12));
            assert!(stuck[0].mail_error.as_deref().unwrap().contains("421"), "{:?}", stuck[0].mail_error);
        }
        world.sink.refuse(None);
        world.pass(SignedDuration::from_hours(1));
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Sent]);
        assert_eq!(world.sink.letters().len(), 1);
        world.close().await;
    }
}

#[tokio::test]
async fn a_refused_mail_is_not_tried_for_ever_and_the_operator_sends_it_again() {
    for world in worlds(true).await {
        world.sink.refuse(Some(Refusal::Permanent));
        world.requested().await;
        for _ in 0..12 {
            world.idle().await;
            world.pass(SignedDuration::from_mins(10));
        }
        assert_eq!(world.states().await, [MailState::Stuck]);
        world.sink.refuse(None);
        world.pass(SignedDuration::from_hours(24));
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Stuck]);
        assert_eq!(mail::try_again(&world.app, None).await.unwrap(), 1);
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Sent]);
        world.close().await;
    }
}

#[tokio::test]
async fn not_03_a_mail_whose_taking_was_not_heard_of_comes_twice_alike_and_is_shown_once() {
    for world in worlds(true).await {
        world.sink.refuse(Some(Refusal::Forgets));
        world.requested().await;
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Waiting], "we do not know that it was taken");
        world.sink.refuse(None);
        world.pass(SignedDuration::from_mins(1));
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Sent]);
        let letters = world.sink.letters();
        assert_eq!(letters.len(), 2, "the one thing that may double a mail");
        assert_eq!(letters[0].message_id, letters[1].message_id);
        assert_eq!((&letters[0].subject, &letters[0].text), (&letters[1].subject, &letters[1].text));
        let shown = notifications::list(&world.app, caller(HANNA), None, None, None).await.unwrap();
        assert_eq!(shown.items.len(), 1);
        world.close().await;
    }
}

#[tokio::test]
async fn not_03_rel_03_a_mail_server_that_goes_down_and_comes_back_gets_everything() {
    for world in worlds(true).await {
        world.requested().await;
        world.idle().await;
        world.sink.go_down().await;
        for _ in 0..3 {
            world.requested().await;
            world.pass(SignedDuration::from_secs(1));
            world.idle().await;
        }
        assert_eq!(world.sink.letters().len(), 1);
        let troubled = mail::troubled(&world.app).await.unwrap();
        assert_eq!(troubled.len(), 3, "the operator sees them before they are stuck");
        assert!(troubled.iter().all(|mail| mail.mail_error.is_some() && mail.mail_attempts > 0));
        world.sink.come_back().await.unwrap();
        world.pass(SignedDuration::from_mins(10));
        world.idle().await;
        assert_eq!(world.sink.letters().len(), 4);
        assert!(world.states().await.iter().all(|state| *state == MailState::Sent));
        assert!(mail::troubled(&world.app).await.unwrap().is_empty());
        world.close().await;
    }
}

#[tokio::test]
async fn not_03_a_slow_mail_server_keeps_nothing_else_waiting() {
    for world in worlds(true).await {
        world.sink.fall_silent(true);
        world.requested().await;
        let app = world.app.clone();
        let sending = tokio::spawn(async move { jobs::step(&app, Lane::Mail).await });
        world.sink.kept_waiting().await;
        // Other work is claimed and done meanwhile.
        let mut tx = world.app.db.begin().await.unwrap();
        let now = world.app.environment.now();
        jobs::schedule(&world.app, &mut tx, jobs::Kind::Expire, CONNECTION.0, now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(jobs::step(&world.app, Lane::Quick).await.unwrap());
        assert!(!jobs::step(&world.app, Lane::Quick).await.unwrap(), "and mail is not among it");
        assert!(!sending.is_finished() && world.sink.letters().is_empty());
        world.sink.fall_silent(false);
        assert!(sending.await.unwrap().unwrap());
        assert_eq!(world.states().await, [MailState::Sent]);
        world.close().await;
    }
}

#[tokio::test]
async fn not_03_the_operator_tries_one_again_and_gives_one_up() {
    for world in worlds(true).await {
        world.sink.refuse(Some(Refusal::Permanent));
        world.requested().await;
        world.requested().await;
        for _ in 0..12 {
            world.idle().await;
            world.pass(SignedDuration::from_mins(10));
        }
        assert_eq!(world.states().await, [MailState::Stuck, MailState::Stuck]);
        let stuck = mail::troubled(&world.app).await.unwrap();
        assert_eq!((stuck.len(), stuck[0].mail_state, stuck[0].mail_attempts), (2, MailState::Stuck, 12));
        assert!(stuck[0].mail_error.as_deref().unwrap().contains("550"), "{:?}", stuck[0].mail_error);
        world.sink.refuse(None);
        assert_eq!(mail::try_again(&world.app, Some(stuck[0].id)).await.unwrap(), 1);
        world.idle().await;
        assert_eq!(world.states().await, [MailState::Sent, MailState::Stuck]);
        mail::give_up(&world.app, stuck[1].id).await.unwrap();
        assert_eq!(world.states().await, [MailState::Sent, MailState::Dropped]);
        for out in [stuck[0].id, stuck[1].id] {
            let refused = mail::give_up(&world.app, out).await.unwrap_err();
            assert_eq!(refused.public_code(), Some("not_found"));
        }
        assert_eq!(mail::try_again(&world.app, None).await.unwrap(), 0);
        world.pass(SignedDuration::from_hours(24));
        world.idle().await;
        assert_eq!(world.sink.letters().len(), 1);
        let shown = notifications::list(&world.app, caller(HANNA), None, None, None).await.unwrap();
        assert_eq!(shown.items.len(), 2, "the screen tells what the mail could not");
        world.close().await;
    }
}

#[tokio::test]
async fn not_01_who_no_longer_qualifies_when_it_is_sent_is_told_nothing() {
    for world in worlds(true).await {
        world.requested().await;
        execute(
            &world.app.db,
            &["update member set levels = 'connection_manager=read_only' where person_id in (select id from person where name = 'Hanna Berg')"],
        )
        .await;
        world.idle().await;
        assert!(world.sink.letters().is_empty(), "she may look, and is not told");
        assert_eq!(world.states().await, [MailState::Dropped]);
        world.close().await;
    }
}

#[tokio::test]
async fn use_05_mail_and_screen_speak_the_readers_language_in_their_zone() {
    for world in worlds(true).await {
        let say = me::Changes {
            language: Given::Value(Language::PtBr),
            time_zone: Given::Value("America/Sao_Paulo".into()),
            date_format: Given::Nothing,
        };
        me::update(&world.app, caller(HANNA), say).await.unwrap();
        world.requested().await;
        world.idle().await;
        let letter = &world.sink.letters()[0];
        assert_eq!(letter.subject, "Delta Mechanical solicita conexão com Harbor Tower");
        assert!(letter.html.contains("<html lang=\"pt-BR\">"), "{}", letter.html);
        // 08:00 in London, five in the morning in São Paulo.
        assert!(letter.text.contains("Data: 15 de janeiro de 2027, 05:00 (UTC\u{2212}3)"), "{}", letter.text);
        let theirs = notifications::list(&world.app, caller(HANNA), None, None, None).await.unwrap();
        assert_eq!(theirs.items[0].title, letter.subject);
        // A request that asks for a language gets it.
        let asked = Some(Language::Fr);
        let french = notifications::list(&world.app, caller(HANNA), asked, None, None).await.unwrap();
        assert_eq!(french.items[0].title, "Delta Mechanical demande à se connecter à Harbor Tower");
        world.close().await;
    }
}

#[tokio::test]
async fn an_invitations_link_is_in_the_mail_and_nowhere_else() {
    for world in worlds(true).await {
        let mut tx = world.app.db.begin().await.unwrap();
        let facts = vec![("by", "Hanna Berg".to_owned()), ("token_path", "/invitations/secret".to_owned())];
        let notice =
            Notice { kind: Kind::Invitation, company: HARBOR, project: Some(TOWER), connection: None, facts };
        mail::post(&world.app, &mut tx, &[MARIA], notice.clone()).await.unwrap();
        tx.run(
        "insert into invitation (id, company_id, person_id, project_id, token_hash, invited_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, 0, $7)",
        args![Uuid::from_u128(41), HARBOR, MARIA, TOWER, vec![1_u8; 32], HANNA, 1_900_000_000_000_i64],
    )
    .await
    .unwrap();
        tx.commit().await.unwrap();
        world.idle().await;
        let letter = &world.sink.letters()[0];
        assert_eq!(letter.link("https://"), Some("https://sluice.example/invitations/secret"));
        assert!(letter.text.contains("the project Harbor Tower of Harbor Builders"));
        assert!(
            notifications::list(&world.app, caller(MARIA), None, None, None).await.unwrap().items.is_empty()
        );
        let facts: String = {
            let mut db = world.app.db.read().await.unwrap();
            db.value("select facts as value from message", args![]).await.unwrap()
        };
        assert!(!facts.contains("secret"), "{facts}");

        execute(&world.app.db, &["update invitation set revoked_at = 5"]).await;
        world.pass(SignedDuration::from_secs(1));
        let mut tx = world.app.db.begin().await.unwrap();
        mail::post(&world.app, &mut tx, &[MARIA], notice).await.unwrap();
        tx.commit().await.unwrap();
        world.idle().await;
        assert_eq!(
            world.states().await,
            [MailState::Sent, MailState::Dropped],
            "a link that leads nowhere is not sent"
        );
        world.close().await;
    }
}

#[tokio::test]
async fn pages_go_from_the_newest_to_the_oldest() {
    for world in worlds(true).await {
        for _ in 0..7 {
            world.requested().await;
            world.pass(SignedDuration::from_secs(1));
        }
        let mut seen = vec![];
        let mut after: Option<String> = None;
        loop {
            let page = notifications::list(&world.app, caller(HANNA), None, after.as_deref(), Some(3))
                .await
                .unwrap();
            assert_eq!(page.unread, 7);
            seen.extend(page.items.iter().map(|item| (item.created_at, item.id)));
            after = page.next.map(|id| id.to_string());
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 7);
        assert!(seen.is_sorted_by(|a, b| a > b), "newest first, none twice");
        let unsound =
            notifications::list(&world.app, caller(HANNA), None, Some("yesterday"), None).await.unwrap_err();
        assert_eq!(unsound.public_code(), Some("unsound_cursor"));
        assert_eq!(notifications::mark_read(&world.app, caller(HANNA), Which::All).await.unwrap(), 0);
        world.close().await;
    }
}

#[tokio::test]
async fn the_operator_learns_whether_the_mail_server_answers() {
    let sink = MailSink::start().await.unwrap();
    let with = |smtp_url: Option<String>| Settings { smtp_url, ..Settings::default() };
    assert!(mail::reachable(&with(Some(sink.url()))).await.unwrap());
    assert!(!mail::reachable(&with(None)).await.unwrap());
    let url = sink.url();
    drop(sink);
    // The listener goes with the sink, soon.
    while mail::reachable(&with(Some(url.clone()))).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let unsound =
        mail::reachable(&with(Some("ftp://secret@mail.example".into()))).await.unwrap_err().to_string();
    assert!(!unsound.contains("secret"), "{unsound}");
}
