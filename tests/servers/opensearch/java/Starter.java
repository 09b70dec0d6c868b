import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** Starts one node with the settings of its arguments (name=value), and says so on a line. */
public class Starter extends Node {
    private Starter(Settings settings, Path config) {
        super(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> "one"),
            List.of(Netty4Plugin.class),
            true
        );
    }

    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            int sign = argument.indexOf('=');
            settings.put(argument.substring(0, sign), argument.substring(sign + 1));
        }
        Settings chosen = settings.build();
        Starter node = new Starter(chosen, Path.of(chosen.get("path.home"), "config"));
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
