// A bot in Java without an SDK: Slack posts events to /slack/events, the bot checks the signature and answers "hello".
// Run it with: java Echo.java
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Echo {
    static final HttpClient http = HttpClient.newHttpClient();

    public static void main(String[] args) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 0);
        server.createContext("/slack/events", Echo::take);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println("ready");
    }

    static void take(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!isSigned(exchange, body)) {
            exchange.sendResponseHeaders(401, -1);
            return;
        }
        var answer = field(body, "challenge").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length); // within 3 s, before the work
        if (answer.length > 0) exchange.getResponseBody().write(answer);
        exchange.close();
        var isOfPerson = body.contains("\"type\":\"message\"") && !body.contains("\"bot_id\"");
        if (isOfPerson && field(body, "text").contains("hello")) {
            var text = "Hello <@" + field(body, "user") + ">, from Java";
            call("chat.postMessage", "{\"channel\":\"" + field(body, "channel") + "\",\"text\":\"" + text + "\"}");
        }
    }

    /** The first text of this name. A real bot uses a JSON library. */
    static String field(String json, String name) {
        var found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    static void call(String method, String json) {
        var request = HttpRequest.newBuilder(URI.create(System.getenv("SLACK_API_URL") + method))
            .header("Authorization", "Bearer " + System.getenv("SLACK_BOT_TOKEN"))
            .header("Content-Type", "application/json; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
        http.sendAsync(request, BodyHandlers.ofString());
    }

    static boolean isSigned(HttpExchange exchange, String body) {
        try {
            var headers = exchange.getRequestHeaders();
            var sentAt = headers.getFirst("X-Slack-Request-Timestamp");
            if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(sentAt)) > 300) return false;
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(System.getenv("SLACK_SIGNING_SECRET").getBytes(), "HmacSHA256"));
            var expected = "v0=" + HexFormat.of().formatHex(mac.doFinal(("v0:" + sentAt + ":" + body).getBytes(StandardCharsets.UTF_8)));
            return MessageDigest.isEqual(expected.getBytes(), headers.getFirst("X-Slack-Signature").getBytes());
        } catch (GeneralSecurityException | RuntimeException error) {
            return false;
        }
    }
}
