import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;

/** Starts one node with the settings of its arguments (name=value), and says so on a line. */
public class Starter {
    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            int sign = argument.indexOf('=');
            settings.put(argument.substring(0, sign), argument.substring(sign + 1));
        }
        Settings chosen = settings.build();
        LogConfigurator.configureESLogging();
        Path config = Path.of(chosen.get("path.home"), "config");
        Node node = new Node(new Environment(chosen, config));
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node, end)));
        node.start();
        System.out.println("started");
        end.await();
    }

    private static void close(Node node, CountDownLatch end) {
        try {
            node.close();
        } catch (IOException error) {
            System.err.println(error);
        } finally {
            end.countDown();
        }
    }
}
