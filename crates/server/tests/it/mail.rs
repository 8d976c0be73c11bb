//! Links by mail, on a server that has a mail server.

use ochre_client::Role;
use ochre_testkit::{Engine, TestApp};
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    task::JoinHandle,
};

use crate::answer;

/// A mail server that takes one mail; its address, and the lines that it will have got.
async fn mail_server() -> (String, JoinHandle<std::io::Result<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let (read, mut write) = stream.split();
        let mut lines = BufReader::new(read).lines();
        let mut got = Vec::new();
        let mut in_text = false;
        write.write_all(b"220 mail.example.org\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let reply: &[u8] = match line.as_str() {
                "." => {
                    in_text = false;
                    b"250 taken\r\n"
                }
                _ if in_text => b"",
                "DATA" => {
                    in_text = true;
                    b"354 go on\r\n"
                }
                "QUIT" => b"221 bye\r\n",
                _ => b"250 good\r\n",
            };
            let done = line == ".";
            got.push(line);
            write.write_all(reply).await?;
            if done {
                break;
            }
        }
        Ok(got)
    });
    (url, task)
}

#[tokio::test]
async fn links_go_out_by_mail_where_that_is_asked_for() {
    for (path, body, subject) in [
        ("/api/v1/invitations", json!({"role": "annotator", "email": "ann@example.org"}), "You are invited to Ochre"),
        ("/api/v1/users/USER/reset-link", json!({"email": "ann@example.org"}), "A new password for Ochre"),
    ] {
        let (url, mails) = mail_server().await;
        let settings = [("OCHRE_SMTP_URL", url.as_str()), ("mail-from", "Ochre <ochre@example.org>")];
        let app = TestApp::start_with(Engine::Sqlite, &settings).await;
        let ann = app.person("ann", Role::Annotator).await;
        let path = path.replace("USER", &ann.user.id.to_string());
        let (status, made) = answer(app.owner.request(Method::POST, &path).json(&body)).await;
        assert_eq!((status, &made["mailed"]), (201, &json!(true)), "{made}");
        let got = mails.await.expect("a mail server").expect("a mail");
        assert!(got.contains(&"MAIL FROM:<ochre@example.org>".to_owned()), "{got:?}");
        assert!(got.contains(&"RCPT TO:<ann@example.org>".to_owned()), "{got:?}");
        assert!(got.contains(&format!("Subject: {subject}")), "{got:?}");
        // A long line may be folded, with a soft break at its end.
        let text = got.concat().replace("=3D", "=");
        let link = made["url"].as_str().expect("a link");
        assert!(text.replace('=', "").contains(&link.replace('=', "")), "{got:?}");
    }
}

#[tokio::test]
async fn a_link_is_made_even_where_the_mail_server_is_down() {
    let settings = [("OCHRE_SMTP_URL", "smtp://127.0.0.1:1"), ("mail-from", "ochre@example.org")];
    let app = TestApp::start_with(Engine::Sqlite, &settings).await;
    let body = json!({"role": "annotator", "email": "ann@example.org"});
    let (status, made) = answer(app.owner.request(Method::POST, "/api/v1/invitations").json(&body)).await;
    assert_eq!((status, &made["mailed"]), (201, &json!(false)), "{made}");
    assert!(made["url"].as_str().is_some_and(|url| url.contains("/links/ochl_")), "and it is shown all the same");
}
