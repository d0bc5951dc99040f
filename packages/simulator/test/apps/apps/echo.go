// A bot in Go with slack-go: Slack posts events to /slack/events, the bot checks the signature and answers "hello".
// Run it with: go mod init echo && go get github.com/slack-go/slack && go run echo.go
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

func main() {
	api := slack.New(os.Getenv("SLACK_BOT_TOKEN"), slack.OptionAPIURL(os.Getenv("SLACK_API_URL")))
	http.HandleFunc("/slack/events", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		verifier, err := slack.NewSecretsVerifier(r.Header, os.Getenv("SLACK_SIGNING_SECRET"))
		if err == nil {
			verifier.Write(body)
			err = verifier.Ensure()
		}
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		event, err := slackevents.ParseEvent(json.RawMessage(body), slackevents.OptionNoVerifyToken())
		if err != nil {
			return // an event that this SDK does not know
		}
		if event.Type == slackevents.URLVerification {
			var challenge slackevents.ChallengeResponse
			json.Unmarshal(body, &challenge)
			fmt.Fprint(w, challenge.Challenge)
			return
		}
		message, ok := event.InnerEvent.Data.(*slackevents.MessageEvent)
		if ok && message.BotID == "" && strings.Contains(message.Text, "hello") {
			text := fmt.Sprintf("Hello <@%s>, from Go", message.User)
			go api.PostMessage(message.Channel, slack.MsgOptionText(text, false)) // Slack waits 3 s for the 200
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	log.Fatal(http.Serve(listener, nil))
}
