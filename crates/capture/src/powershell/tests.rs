use super::*;

#[test]
fn what_a_browser_copies_is_read() {
    let text = "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n\
            $session.UserAgent = \"node/20\"\n\
            $session.Cookies.Add((New-Object System.Net.Cookie(\"JSESSIONID\", \"x\", \"/\", \"a.example\")))\n\
            Invoke-WebRequest -UseBasicParsing -Uri \"https://a.example/x?a=1&b=2\" `\n\
            -Method \"POST\" `\r\n\
            -WebSession $session `\n\
            -Headers @{\n\"authority\"=\"a.example\"\n  \"Authorization\"=\"OAuth realm=`\"1234567`\"\"\n} `\n\
            -ContentType \"application/json\" `\n\
            -Body ([System.Text.Encoding]::UTF8.GetBytes(\"{`\"q`\":`\"caf$([char]233)`\"}\"))\n";
    let request = read(text).unwrap();
    assert_eq!(request.url.as_deref(), Some("https://a.example/x?a=1&b=2"));
    assert_eq!(request.method.as_deref(), Some("POST"));
    assert_eq!(request.authorization(), ["OAuth realm=\"1234567\""]);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.body, "{\"q\":\"caf\u{e9}\"}".as_bytes());
    assert!(request.has_session_cookie());
}

#[test]
fn a_command_written_by_hand_is_read() {
    let request =
        read("irm 'https://a.example/' -Headers @{Authorization='OAuth x';Accept = 'it''s'}").unwrap();
    assert_eq!(request.authorization(), ["OAuth x"]);
    assert_eq!(request.header("accept"), Some("it's"));
    assert_eq!(request.method.as_deref(), Some("GET"));
}

#[test]
fn what_is_not_there_is_told_with_its_place() {
    for (text, message) in [
        (
            "iwr \"https://$host/\"",
            "line 1, column 14: the value of the variable $host is not in the text",
        ),
        ("iwr 'x", "line 1, column 5: the ' that opens here is not closed"),
        (
            "iwr -Uri",
            "line 1, column 5: the value of this option is missing or not in the text",
        ),
        (
            "iwr https://a/ -Headers $h",
            "line 1, column 16: expected @{ \"Name\"=\"value\" } behind -Headers",
        ),
    ] {
        assert_eq!(
            read(text).unwrap_err().to_string(),
            format!("read as a PowerShell command: {message}")
        );
    }
}
